import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { createFileStores } from '@mcp/store-file'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { mcpCommand } from '../backup/mcp-command.ts'
import { areProgramsMissing } from '../missing-programs.ts'
import type { OwnRedis } from './own-redis.ts'
import { redisServer, startOwnRedis } from './own-redis.ts'

// MIGRATE_MB=1024 is the full form.
const megabytes = Number(process.env['MIGRATE_MB'] ?? 160)
/** Without the batches, the heap would have to hold all. */
const maxHeapMegabytes = 96

describe.skipIf(areProgramsMissing({ 'redis-server': redisServer }))('mcp migrate', () => {
  let redis: OwnRedis
  let data: string
  beforeAll(async () => {
    redis = await startOwnRedis()
    data = mkdtempSync(join(tmpdir(), 'mcp-migrate-large-'))
  })
  afterAll(async () => {
    await redis.kill()
    rmSync(data, { recursive: true, force: true })
  })

  it(
    'copies a store that is larger than its memory',
    async () => {
      const total = 2 * megabytes * 1024 * 1024
      const limits = { maxTotalResponseBytes: total, maxTotalEventBytes: total }
      const file = join(data, 'sessions.db')
      const stores = createFileStores(file, { limits })
      const at = Date.now()
      const body = JSON.stringify('x'.repeat(1024 * 1024 - 2))
      for (let index = 0; index < megabytes; index += 2) {
        const id = `session-${index}`
        const times = { createdAt: at, ttlMs: 600_000 }
        await stores.sessions.create({
          id,
          clientId: id,
          owner: undefined,
          metadata: '{}',
          ...times,
        })
        for (const requestId of ['1', '2']) {
          const request = { requestId, fingerprint: 1, at, rerunLost: false }
          const claimed = await stores.responses.claim(id, request)
          const ticket = claimed.type === 'claimed' ? claimed.ticket : ''
          await stores.responses.settle(id, { requestId, ticket }, at, { status: 200, body })
        }
      }
      await stores.close()
      expect(statSync(file).size).toBeGreaterThan(megabytes * 1024 * 1024)
      const [node = '', ...words] = mcpCommand
      const heap = `--max-old-space-size=${maxHeapMegabytes}`
      const command = [heap, ...words, 'migrate', '--to', redis.url, '--data', data]
      const { stdout } = await promisify(execFile)(node, command)
      expect(JSON.parse(stdout)).toMatchObject({
        sessions: { result: 'moved', counts: { sessions: megabytes / 2, responses: megabytes } },
      })
    },
    60_000 + megabytes * 1000,
  )
})
