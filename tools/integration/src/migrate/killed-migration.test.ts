import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createFileStores } from '@mcp/store-file'
import { createRedisStores } from '@mcp/store-redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { areProgramsMissing } from '../missing-programs.ts'
import { waitUntil } from '../running-app.ts'
import { fillFolder } from './large-folder.ts'
import { startMigrate } from './migrate-command.ts'
import type { OwnRedis } from './own-redis.ts'
import { redisServer, startOwnRedis } from './own-redis.ts'
import { isPresent, readRedis, withoutTimes } from './read-redis.ts'

// MIGRATE_KILLS=100 is the full form.
const kills = Number(process.env['MIGRATE_KILLS'] ?? 10)
const sessionCount = 600

describe.skipIf(areProgramsMissing({ 'redis-server': redisServer }))('mcp migrate', () => {
  let folder: string
  let data: string
  let redis: OwnRedis
  let filled: Awaited<ReturnType<typeof fillFolder>>
  beforeAll(async () => {
    redis = await startOwnRedis()
    folder = mkdtempSync(join(tmpdir(), 'mcp-migrate-kills-'))
    data = join(folder, 'data')
    mkdirSync(data)
    filled = await fillFolder(data, sessionCount)
    mkdirSync(join(data, 'saved-calls'))
    writeFileSync(join(data, 'saved-calls', 'roots.json'), '{"type":"x","payload":{}}')
    writeFileSync(join(data, 'notes.txt'), '')
    writeFileSync(join(data, 'mcp-secret'), 'a'.repeat(64))
  }, 120_000)
  afterAll(async () => {
    await redis.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  const digest = () =>
    ['sessions.db', 'conversations.db', 'mcp-secret'].map((name) =>
      createHash('sha256')
        .update(readFileSync(join(data, name)))
        .digest('hex'),
    )

  it(
    'leaves the same in Redis if it was killed and repeated, and the folder as it was',
    async () => {
      const before = digest()
      const expected = await startOwnRedis()
      const startedAt = Date.now()
      const first = startMigrate('--to', expected.url, '--data', data)
      await waitUntil('the import begins', () => isPresent(expected.url, 'mcp:{all}:imported'))
      const began = Date.now()
      const clean = await first.ended
      const durationMs = Date.now() - began
      expect(clean).toMatchObject({
        code: 0,
        output: {
          sessions: { result: 'moved', counts: filled.counts },
          conversations: { conversations: filled.conversations, entries: filled.entries },
          documents: { documents: 1, changed: [] },
          omitted: [{ name: 'notes.txt' }],
        },
      })
      const expectedContent = withoutTimes(await readRedis(expected.url))
      await expected.kill()

      let interrupted = 0
      // The first command may have taken longer than the next ones.
      let pace = 1
      for (let kill = 0; kill < kills; kill++) {
        const running = startMigrate('--to', redis.url, '--data', data)
        const delayMs = pace * (began - startedAt + Math.random() * durationMs * 0.9)
        await new Promise((resolve) => {
          setTimeout(resolve, delayMs)
        })
        running.kill()
        const { code } = await running.ended
        if (code === null) interrupted++
        else pace *= 0.7
      }
      const last = await startMigrate('--to', redis.url, '--data', data).ended
      expect(last).toMatchObject({ code: 0, output: { sessions: { counts: filled.counts } } })
      expect(withoutTimes(await readRedis(redis.url))).toEqual(expectedContent)
      expect(interrupted).toBeGreaterThan(0)
      expect(digest()).toEqual(before)
    },
    120_000 + kills * 20_000,
  )

  it('reports a repeated, complete command, and a dry run changes nothing', async () => {
    const content = withoutTimes(await readRedis(redis.url))
    const again = await startMigrate('--to', redis.url, '--data', data).ended
    expect(again).toMatchObject({ code: 0, output: { sessions: { result: 'already-moved' } } })
    const empty = await startOwnRedis()
    const dry = await startMigrate('--to', empty.url, '--data', data, '--dry-run').ended
    expect(dry).toMatchObject({
      code: 0,
      output: {
        dryRun: true,
        sessions: { result: 'not-moved', counts: filled.counts },
        conversations: { conversations: filled.conversations },
      },
    })
    expect(withoutTimes(await readRedis(empty.url))).toEqual([])
    await empty.kill()
    expect(withoutTimes(await readRedis(redis.url))).toEqual(content)
  }, 60_000)

  it('refuses a folder in use, and a Redis in use or with other sessions', async () => {
    const stores = createFileStores(join(data, 'sessions.db'))
    const inUse = await startMigrate('--to', redis.url, '--data', data).ended
    await stores.close()
    expect(inUse).toMatchObject({ code: 1, output: undefined })
    expect(inUse.errors).toContain(`uses "${data}". Stop it, and run the command again.`)

    // The start of a session manager has changed the file.
    const changed = await startMigrate('--to', redis.url, '--data', data).ended
    expect(changed).toMatchObject({ code: 1, output: undefined })
    expect(changed.errors).toContain('delete its records with "replace"')

    const manager = await createRedisStores(redis.url)
    // A session manager holds the lease from its first sweep on.
    await manager.sessions.sweep(0, () => false)
    const sweep = setInterval(() => {
      Promise.resolve(manager.sessions.sweep(0, () => false)).catch(() => {})
    }, 500)
    const running = await startMigrate('--to', redis.url, '--data', data, '--replace').ended
    clearInterval(sweep)
    await manager.close()
    expect(running).toMatchObject({ code: 1, output: undefined })
    expect(running.errors).toContain('A session manager uses this Redis. Stop all of them')

    const replaced = await startMigrate('--to', redis.url, '--data', data, '--replace').ended
    expect(replaced).toMatchObject({ code: 0, output: { sessions: { result: 'moved' } } })
  }, 120_000)
})
