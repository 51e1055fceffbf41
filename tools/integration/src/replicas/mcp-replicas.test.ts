import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { listen } from '@mcp/node'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { areProgramsMissing } from '../missing-programs.ts'
import { freePort, startApp, waitUntil } from '../running-app.ts'
import { createAskingServer } from './asking-server.ts'
import type { RandomProxy } from './random-proxy.ts'
import { startRandomProxy } from './random-proxy.ts'

const redisServer = '/usr/bin/redis-server'
const rounds = Number(process.env['MCP_REPLICA_ROUNDS'] ?? 8)

describe.skipIf(areProgramsMissing({ 'redis-server': redisServer }))(
  'two session managers on one Redis, behind a proxy that selects one at random',
  () => {
    const ends: (() => Promise<unknown>)[] = []
    const { server, state } = createAskingServer()
    let proxy: RandomProxy

    beforeAll(async () => {
      const redis = await freePort()
      const child = spawn(
        redisServer,
        ['--port', `${redis}`, '--bind', '127.0.0.1', '--save', ''],
        { stdio: 'ignore' },
      )
      ends.push(async () => child.kill('SIGKILL') && once(child, 'exit'))
      const asking = await listen({ service: server, port: await freePort(), variable: 'PORT' })
      ends.push(() => asking.close({ graceMs: 0 }))
      const ports = [await freePort(), await freePort()]
      for (const port of ports) {
        const app = await startApp({
          app: 'session-manager',
          environment: {
            SESSION_MANAGER_PORT: String(port),
            REDIS_URL: `redis://127.0.0.1:${redis}`,
            SERVER_URLS: `asking=${asking.url}`,
          },
          healthUrl: `http://127.0.0.1:${port}/health`,
        })
        ends.push(() => app.stop())
        await waitUntil('the server is described', async () =>
          (await (await fetch(`http://127.0.0.1:${port}/servers`)).text()).includes('"twice"'),
        )
      }
      proxy = await startRandomProxy(ports)
      ends.push(() => proxy.close())
    }, 120_000)

    afterAll(async () => {
      for (const end of ends.toReversed()) await end()
    })

    async function connect(era: 'legacy' | 'modern', prepare: (client: Client) => void) {
      const client = new Client(
        { name: 'test', version: '1.0.0' },
        {
          versionNegotiation: { mode: era === 'legacy' ? 'legacy' : { pin: '2026-07-28' } },
          capabilities: { elicitation: {} },
        },
      )
      prepare(client)
      await client.connect(new StreamableHTTPClientTransport(new URL(`${proxy.url}/mcp/asking`)))
      return client
    }

    it.each(['legacy', 'modern'] as const)(
      'ask a client of the %s era, which responds to either',
      async (era) => {
        const asked: string[] = []
        const client = await connect(era, (each) =>
          each.setRequestHandler('elicitation/create', ({ params }) => {
            asked.push(params.message)
            return { action: 'accept', content: { name: params.message.slice(0, 5).trim() } }
          }),
        )
        for (let round = 0; round < rounds; round++) {
          expect(await client.callTool({ name: 'asking_twice', arguments: {} })).toMatchObject({
            content: [{ text: '["First","Last"]' }],
          })
        }
        expect(asked).toHaveLength(2 * rounds)
        await client.close()
      },
      60_000,
    )

    it('cancel a call, and notify once', async () => {
      const onChange = vi.fn<() => void>()
      const client = await connect('legacy', (each) =>
        each.setNotificationHandler('notifications/tools/list_changed', onChange),
      )
      for (let round = 1; round <= rounds; round++) {
        const controller = new AbortController()
        const calling = client.callTool(
          { name: 'asking_wait', arguments: {} },
          { signal: controller.signal },
        )
        await vi.waitFor(() => expect(state.waiting).toBe(round), 5000)
        controller.abort()
        await expect(calling).rejects.toThrow(/abort/i)
        await vi.waitFor(() => expect(state.cancelled).toBe(round), 5000)
        await client.callTool({ name: 'asking_change', arguments: {} })
        await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(round), 5000)
      }
      await client.close()
    }, 60_000)

    it('end a session in both', async () => {
      const client = await connect('legacy', () => {})
      const { transport } = client
      if (!(transport instanceof StreamableHTTPClientTransport)) throw new Error('No transport')
      const headers = {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-session-id': transport.sessionId ?? '',
      }
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })
      const ping = () => fetch(`${proxy.url}/mcp/asking`, { method: 'POST', headers, body })
      for (let round = 0; round < rounds; round++) expect((await ping()).status).toBe(200)
      await transport.terminateSession()
      // The other session manager is notified of the end.
      await vi.waitFor(async () => {
        for (let round = 0; round < rounds; round++) expect((await ping()).status).toBe(404)
      })
      await client.close()
      expect(Math.min(...proxy.counts.values())).toBeGreaterThan(rounds)
    }, 30_000)
  },
)
