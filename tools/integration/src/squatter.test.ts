import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { calculation, postJson } from './http.ts'
import type { RunningApp } from './running-app.ts'
import { freePort, startApp } from './running-app.ts'
import { startServices } from './system.ts'
import { callerToken, configurations, serviceToken } from './tokens.ts'

const environment = configurations['both tokens']
const headers = { authorization: `Bearer ${callerToken}` }

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
}, 60_000)

/** A program that took a port: it records what it receives, and responds with success. */
async function squat(port: number, host: string): Promise<{ received: string[]; server: Server }> {
  const received: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(
        `${request.method} ${request.url} ${JSON.stringify(request.rawHeaders)} ${body}`,
      )
      if (request.url === '/notifications') {
        return response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      }
      const { id = 'req-1' } = body === '' ? {} : JSON.parse(body)
      const metadata = { version: '1.0', source: 'mcp-server-3' }
      const envelope = { id, timestamp: new Date().toISOString(), status: 'success', metadata }
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(JSON.stringify({ ...envelope, data: { result: 'forged' } }))
    })
  })
  server.listen({ port, host, ipv6Only: host === '::1' })
  await once(server, 'listening')
  closers.push(async () => {
    server.close()
    server.closeAllConnections()
  })
  return { received, server }
}

async function openSession(sessionManagerUrl: string): Promise<string> {
  const { body } = await postJson(`${sessionManagerUrl}/sessions`, {}, headers)
  return String(Object(body).sessionId)
}

describe('a program that takes the port of the tools server after a crash', () => {
  it('receives no secret and no request, and its responses are refused', async () => {
    const services = await startServices({ environment, names: ['tools'] })
    closers.push(() => services.stop())
    const { sessionManagerUrl } = services
    const sessionId = await openSession(sessionManagerUrl)
    const add = () =>
      postJson(
        `${sessionManagerUrl}/sessions/${sessionId}/requests`,
        calculation('add', 2, 3),
        headers,
      )
    await vi.waitFor(async () => expect(await add()).toMatchObject({ status: 200 }))

    await services.toolsServer.stop('SIGKILL')
    const port = Number(new URL(services.serverUrls.get('tools') ?? '').port)
    const { received, server } = await squat(port, '127.0.0.1')
    const responses = await Promise.all(Array.from({ length: 20 }, add))
    for (const { status } of responses) expect([502, 503]).toContain(status)
    expect(JSON.stringify(responses)).not.toContain('forged')
    await vi.waitFor(() => expect(received.join('\n')).toContain('/notifications'))
    for (const secret of [serviceToken, callerToken, sessionId, 'ada-lovelace', 'calculator']) {
      expect(received.join('\n')).not.toContain(secret)
    }

    await vi.waitFor(() =>
      expect(services.sessionManager.output()).toContain('did not prove that it has the service'),
    )

    server.close()
    server.closeAllConnections()
    await services.restartToolsServer()
    await vi.waitFor(async () =>
      expect(await add()).toMatchObject({ status: 200, body: { data: { result: 5 } } }),
    )
  }, 120_000)
})

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)

describe.skipIf(!hasIpv6)('programs that listen on the ports of the system, on [::1] only', () => {
  it('receive no connection', async () => {
    const ports = {
      CLIENT_PORT: String(await freePort()),
      SESSION_MANAGER_PORT: String(await freePort()),
      TOOLS_SERVER_PORT: String(await freePort()),
    }
    const start = async (app: string, port: string): Promise<RunningApp> => {
      const healthUrl = `http://127.0.0.1:${port}/health`
      const running = await startApp({ app, environment: { ...environment, ...ports }, healthUrl })
      closers.push(() => running.stop())
      return running
    }
    let connections = 0
    for (const port of [ports.SESSION_MANAGER_PORT, ports.TOOLS_SERVER_PORT]) {
      const { server } = await squat(Number(port), '::1')
      server.on('connection', () => connections++)
    }
    const [, sessionManager, client] = await Promise.all([
      start('tools-server', ports.TOOLS_SERVER_PORT),
      start('session-manager', ports.SESSION_MANAGER_PORT),
      start('client', ports.CLIENT_PORT),
    ])
    const url = `http://127.0.0.1:${ports.CLIENT_PORT}/tools/execute`
    const sum = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }
    await vi.waitFor(async () =>
      expect(await postJson(url, sum, headers)).toMatchObject({ body: { data: { result: 5 } } }),
    )
    expect(connections).toBe(0)
    // The name "localhost" would mean [::1] on some machines only.
    expect(sessionManager.output()).toContain(`http://127.0.0.1:${ports.TOOLS_SERVER_PORT}`)
    expect(client.output()).toContain(`http://127.0.0.1:${ports.SESSION_MANAGER_PORT}`)
  }, 120_000)
})
