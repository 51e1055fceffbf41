import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { postJson } from '../http.ts'
import { areProgramsMissing } from '../missing-programs.ts'
import { waitUntil } from '../running-app.ts'
import { startHub } from '../system.ts'
import { startMigrateWith } from './migrate-command.ts'
import type { OwnCluster } from './own-cluster.ts'
import { startOwnCluster } from './own-cluster.ts'
import { redisServer } from './own-redis.ts'
import { isPresent, readRedis } from './read-redis.ts'

const MCP_SECRET = 's'.repeat(32)
const headers = { 'x-mcp-owner': 'o'.repeat(43), 'content-type': 'application/json' }
const sessionCount = 30
const modelKey = 'key-of-a-model'

describe.skipIf(areProgramsMissing({ 'redis-server': redisServer }))(
  'a hub that is moved to a Redis cluster',
  () => {
    let folder: string
    let cluster: OwnCluster
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'mcp-moved-to-cluster-'))
      cluster = await startOwnCluster()
    }, 60_000)
    afterAll(async () => {
      await cluster.kill()
      rmSync(folder, { recursive: true, force: true })
    })

    async function start(environment: Readonly<Record<string, string>>) {
      const hub = await startHub({ MCP_SECRET, MCP_DATA_DIR: join(folder, 'data'), ...environment })
      let isStopped = false
      const stop = async () => {
        if (!isStopped) await hub.stop()
        isStopped = true
      }
      onTestFinished(stop)
      const read = async (path: string): Promise<unknown> =>
        (await fetch(hub.clientUrl + path, { headers })).json()
      const put = async (path: string, value: unknown): Promise<number> => {
        const body = JSON.stringify(value)
        return (await fetch(hub.clientUrl + path, { method: 'PUT', headers, body })).status
      }
      return { ...hub, stop, read, put }
    }

    const write = (index: number) => ({
      id: `write-${index}`,
      type: 'root-operation',
      payload: {
        root: 'workspace',
        operation: 'writeFile',
        params: { path: `${index}.txt`, content: String(index) },
      },
    })

    it('returns recorded responses, and has conversations, saved calls and keys, also after a kill', async () => {
      const before = await start({})
      const recorded: { readonly id: string; readonly response: unknown }[] = []
      for (let index = 0; index < sessionCount; index++) {
        const opened = await postJson(`${before.sessionManagerUrl}/sessions`, { clientId: 'c' })
        const id = String(Object(opened.body).sessionId)
        const url = `${before.sessionManagerUrl}/sessions/${id}/requests`
        const { body: response } = await postJson(url, write(index))
        expect(response).toMatchObject({ status: 'success' })
        recorded.push({ id, response })
      }
      const call = { type: 'root-operation', payload: { operation: 'listRoots' } }
      expect(await before.put('/saved-calls/roots', call)).toBe(201)
      const key = { key: modelKey, url: 'http://127.0.0.1:9/v1' }
      expect(await before.put('/providers/openai-compatible', key)).toBe(200)
      await postJson(`${before.clientUrl}/conversations`, { title: 'Moved' }, headers)
      await before.stop()

      const words = ['--to', cluster.url, '--data', join(folder, 'data')]
      const interrupted = startMigrateWith({ MCP_SECRET }, ...words)
      await waitUntil('the import begins', async () => {
        const found = cluster.nodeUrls.map((url) => isPresent(url, 'mcp:{all}:imported'))
        // The other nodes redirect the command.
        return (await Promise.allSettled(found)).some(
          (each) => each.status === 'fulfilled' && each.value,
        )
      })
      interrupted.kill()
      expect(await interrupted.ended).toMatchObject({ code: null })
      const moved = await startMigrateWith({ MCP_SECRET }, ...words).ended
      expect(moved).toMatchObject({
        code: 0,
        output: {
          redis: cluster.url.replace('redis://', ''),
          sessions: { counts: { sessions: sessionCount, responses: sessionCount } },
          conversations: { conversations: 1 },
          documents: { documents: 2, changed: [] },
        },
      })
      const contents = await Promise.all(cluster.nodeUrls.map((url) => readRedis(url)))
      for (const content of contents) {
        expect(content.size).toBeGreaterThan(0)
        expect(JSON.stringify([...content])).not.toContain(modelKey)
      }

      const after = await start({ REDIS_URL: cluster.url, MCP_DATA_DIR: join(folder, 'other') })
      for (const [index, { id, response }] of recorded.entries()) {
        const url = `${after.sessionManagerUrl}/sessions/${id}/requests`
        expect((await postJson(url, write(index))).body).toEqual(response)
      }
      expect(await after.read('/saved-calls')).toEqual({
        calls: [{ name: 'roots', ...call }],
        invalid: [],
      })
      expect(await after.read('/conversations')).toMatchObject({
        conversations: [{ title: 'Moved' }],
      })
      expect(await after.read('/models')).toMatchObject({
        default: 'openai-compatible',
        providers: expect.arrayContaining([
          expect.objectContaining({ id: 'openai-compatible', hasKey: true }),
        ]),
      })
      await after.stop()
    }, 180_000)
  },
)
