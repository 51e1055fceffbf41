import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { itImportsStores } from '@mcp/session-manager/testing'
import { createFileStores, openFileExport } from '@mcp/store-file'
import { createRedisStores } from '@mcp/store-redis'
import { moveStores } from '@mcp/session-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { areProgramsMissing } from '../missing-programs.ts'
import { fillFolder } from './large-folder.ts'
import type { OwnRedis } from './own-redis.ts'
import { redisServer, startOwnRedis } from './own-redis.ts'
import { readRedis } from './read-redis.ts'

describe.skipIf(areProgramsMissing({ 'redis-server': redisServer }))('a file', () => {
  let redis: OwnRedis
  let folder: string
  let count = 0
  beforeAll(async () => {
    redis = await startOwnRedis()
    folder = mkdtempSync(join(tmpdir(), 'mcp-file-to-redis-'))
  })
  afterAll(async () => {
    await redis.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  itImportsStores('SQLite file to Redis', (limits) => {
    const file = join(folder, `${++count}.db`)
    const options = { limits, prefix: `test-${count}:`, leaseMs: 2000 }
    return {
      openSource: () => createFileStores(file, { limits }),
      export: () => openFileExport(file),
      openTarget: () => createRedisStores(redis.url, options),
    }
  })

  it('leaves Redis empty after the end of all sessions and the times to live', async () => {
    await fillFolder(folder, 30)
    const own = await startOwnRedis()
    const target = await createRedisStores(own.url)
    const source = openFileExport(join(folder, 'sessions.db'))
    await moveStores({ source, target, signal: new AbortController().signal })
    source.close()
    for (let hours = 1; hours <= 3; hours++) {
      let hasMore = true
      const at = Date.now() + hours * 3_600_000
      while (hasMore) ({ hasMore } = await target.sessions.sweep(at, () => false))
      // Also the repair of places, which runs with each sweep.
      await target.sessions.sweep(at, () => false)
    }
    await target.close()
    const names = [...(await readRedis(own.url)).keys()]
    expect(names.filter((name) => !/sweeper|replica/.test(name))).toEqual([])
    await own.kill()
  })
})
