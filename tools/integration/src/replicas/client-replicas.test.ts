import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { areProgramsMissing } from '../missing-programs.ts'
import { freePort, startApp, waitUntil } from '../running-app.ts'

const redisServer = '/usr/bin/redis-server'
const redisClient = '/usr/bin/redis-cli'
const MCP_SECRET = 's'.repeat(32)
const owner = 'an-owner-with-at-least-43-characters-in-base64url'

describe.skipIf(areProgramsMissing({ 'redis-server': redisServer, 'redis-tools': redisClient }))(
  'two client apps on one Redis',
  () => {
    const ends: (() => Promise<unknown>)[] = []
    const urls: string[] = []
    let stopRedis: () => Promise<unknown>
    let redisPort = 0

    beforeAll(async () => {
      const redis = await freePort()
      const child = spawn(
        redisServer,
        ['--port', `${redis}`, '--bind', '127.0.0.1', '--save', ''],
        { stdio: 'ignore' },
      )
      stopRedis = async () => child.kill('SIGKILL') && once(child, 'exit')
      const REDIS_URL = `redis://127.0.0.1:${redis}`
      redisPort = redis
      const SESSION_MANAGER_PORT = String(await freePort())
      const manager = await startApp({
        app: 'session-manager',
        environment: { SESSION_MANAGER_PORT, REDIS_URL },
        healthUrl: `http://127.0.0.1:${SESSION_MANAGER_PORT}/health`,
      })
      ends.push(() => manager.stop())
      for (let count = 0; count < 2; count++) {
        const CLIENT_PORT = String(await freePort())
        const url = `http://127.0.0.1:${CLIENT_PORT}`
        const environment = { CLIENT_PORT, SESSION_MANAGER_PORT, REDIS_URL, MCP_SECRET }
        const app = await startApp({ app: 'client', environment, healthUrl: `${url}/health` })
        ends.push(() => app.stop())
        urls.push(url)
      }
    }, 120_000)

    afterAll(async () => {
      for (const end of ends.toReversed()) await end()
    })

    const send = (index: number, path: string, body?: unknown) =>
      fetch(`${urls[index] ?? ''}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json', 'x-mcp-owner': owner },
        body: body === undefined ? null : JSON.stringify(body),
      })
    const read = async (index: number, path: string, body?: unknown): Promise<unknown> =>
      (await send(index, path, body)).json()

    it('share conversations, runs and their events', async () => {
      const { id } = Object(await read(0, '/conversations', { title: 'Shared' }))
      expect(await read(1, '/conversations')).toMatchObject({
        conversations: [{ title: 'Shared' }],
      })
      const { runId } = Object(await read(1, `/conversations/${id}/runs`, { prompt: 'Hello' }))
      const events = await (await send(0, `/runs/${runId}/events`)).text()
      expect(events).toContain('"run-started"')
      expect(events).toContain('"run-finished"')
      expect(await read(0, `/runs/${runId}`)).toMatchObject({ state: 'finished' })
      expect(await read(1, `/conversations/${id}`)).toMatchObject({ runs: [{ runId }] })
    })

    it('share saved calls, also those that both save at the same time', async () => {
      const put = (index: number, name: string) =>
        fetch(`${urls[index] ?? ''}/saved-calls/${name}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json', 'x-mcp-owner': owner },
          body: JSON.stringify({ type: 'root-operation', payload: { operation: 'listRoots' } }),
        })
      const names = Array.from({ length: 20 }, (_, index) => `call${index}`)
      const saved = await Promise.all(names.map((name, index) => put(index % 2, name)))
      expect(saved.map(({ status }) => status)).toEqual(names.map(() => 201))
      for (const index of [0, 1]) {
        const { calls } = Object(await read(index, '/saved-calls'))
        expect(calls.map(({ name }: { name: string }) => name)).toEqual(names.toSorted())
      }
    })

    it('share the keys of models, which Redis holds only sealed', async () => {
      const key = 'a-plain-key-of-the-test'
      const configured = await fetch(`${urls[0] ?? ''}/providers/groq`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ key, url: 'http://127.0.0.1:9/v1' }),
      })
      expect(await configured.json()).toMatchObject({ id: 'groq', hasKey: true })
      const { providers } = Object(await read(1, '/models'))
      expect(providers).toContainEqual(expect.objectContaining({ id: 'groq', hasKey: true }))
      const command = ['HGET', 'mcp:document:providers', 'text']
      const stored = execFileSync(redisClient, ['-p', `${redisPort}`, '--raw', ...command], {
        encoding: 'utf8',
      })
      expect(stored.length).toBeGreaterThan(key.length)
      expect(Buffer.from(stored, 'base64').toString('latin1')).not.toContain(key)
      expect(stored).not.toContain(key)
    })

    it('are not ready while Redis is away, and refuse requests with Retry-After', async () => {
      await stopRedis()
      const response = await send(0, '/conversations')
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBeTruthy()
      await waitUntil('the client app is not ready', async () => {
        const ready = await send(1, '/ready')
        return ready.status === 503 && (await ready.text()).includes('Redis')
      })
    })
  },
)
