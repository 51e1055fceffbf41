import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { copyPgliteFolder } from '../../fixtures/cached-folder.ts'
import { openServer } from '../../fixtures/open-server.ts'
import { startProgram } from '../../fixtures/start-program.ts'
import { lockFolder } from './folder-lock.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-lock-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a folder', () => {
  it('has one holder, also within a process, and is free after its release', async () => {
    const lock = await lockFolder(folder, 'main')
    await expect(lockFolder(folder, 'main')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`"main" is open in process ${process.pid}`),
      details: { reason: 'database-locked' },
    })
    lock.release()
    const again = await lockFolder(folder, 'main')
    again.release()
  })

  it('is denied to a second process, with the holder in the error, until the first has exited', async () => {
    await copyPgliteFolder(folder)
    const { child, lines, ended } = startProgram('holding-program', folder)
    for await (const line of lines) {
      expect(line).toBe('success')
      break
    }
    const { server, refusal, call } = openServer({
      databases: [{ name: 'main', engine: 'pglite', folder }],
    })
    const error = await refusal('query', { sql: 'SELECT 1' })
    expect(error).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`is open in process ${child.pid}`),
      details: { reason: 'database-locked' },
    })
    expect(error.message).not.toContain(folder)

    // The lock ends with the process that holds it, also if the process is killed.
    child.kill('SIGKILL')
    await ended
    expect(await call('query', { sql: 'SELECT 1 AS one' })).toMatchObject({ rows: [{ one: 1 }] })
    await server.close()
  }, 120_000)
})
