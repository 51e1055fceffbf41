import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { dataFile } from './data-file.ts'

it('creates a folder that only its owner can access, and returns the path of the file', () => {
  const base = mkdtempSync(join(tmpdir(), 'mcp-data-'))
  try {
    const folder = join(base, 'a', 'b')
    expect(dataFile(folder, 'sessions.db')).toBe(join(folder, 'sessions.db'))
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    writeFileSync(join(base, 'file'), '')
    expect(() => dataFile(join(base, 'file'), 'x')).toThrow('Cannot create the folder')
  } finally {
    rmSync(base, { recursive: true })
  }
})
