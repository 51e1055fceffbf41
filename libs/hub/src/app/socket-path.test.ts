import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, it } from 'vitest'

import { hubSocketPath } from './socket-path.ts'

const folder = mkdtempSync(join(tmpdir(), 'mcp-socket-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('is in the data folder', () => {
  expect(hubSocketPath(join(folder, 'data'))).toBe(join(folder, 'data', 'hub.sock'))
})

it('is in a folder for temporary files if the data folder has a long path', () => {
  const long = join(folder, 'a'.repeat(100))
  const path = hubSocketPath(long)
  expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103)
  expect(hubSocketPath(long)).toBe(path)
  expect(hubSocketPath(`${long}b`)).not.toBe(path)
})
