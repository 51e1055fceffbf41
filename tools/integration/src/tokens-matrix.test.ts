import { builtinServers } from '@mcp/contracts'
import { createServiceSigner, serviceHeaders } from '@mcp/http'
import { defaultLimits, systemClock } from '@mcp/protocol'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { calculation, postJson } from './http.ts'
import type { SeparateServices } from './system.ts'
import { startServices } from './system.ts'
import type { CredentialKind } from './tokens.ts'
import {
  callerToken,
  configurations,
  credentialKinds,
  credentials,
  serviceToken,
} from './tokens.ts'

// All seven servers with every configuration take a minute; by default, one configuration has them all.
const isFull = process.env['TOKENS_MATRIX'] === 'full'

/** The callers that a route admits. */
type Access = 'public' | 'caller' | 'internal' | 'caller-or-internal' | 'principal'
type Routes = Readonly<Record<string, Access>>

// An admitted request for a session that does not exist is 404, so that no request changes anything.
const session = '/sessions/ses-00000000000000000000000000000000'
const sessionManagerRoutes: Routes = {
  'GET /health': 'public',
  'GET /ready': 'public',
  'POST /sessions': 'caller',
  'GET /sessions': 'principal',
  [`GET ${session}`]: 'caller',
  [`DELETE ${session}`]: 'caller',
  [`POST ${session}/requests`]: 'caller',
  [`DELETE ${session}/requests/req-1`]: 'caller',
  [`GET ${session}/events`]: 'caller',
  [`POST ${session}/notifications`]: 'caller-or-internal',
  [`POST ${session}/interactions/int-1`]: 'caller',
  'POST /notifications': 'internal',
  'GET /servers': 'caller',
  'GET /openapi.json': 'caller',
  // Callers on this machine need no token, unless MCP_METRICS_TOKEN is set.
  'GET /metrics': 'public',
}
const clientRoutes: Routes = {
  'GET /metrics': 'public',
  'GET /': 'public',
  'GET /health': 'public',
  'GET /ready': 'public',
  'POST /process': 'caller',
  'POST /tools/execute': 'caller',
  'POST /requests': 'caller',
  'GET /servers': 'caller',
  'GET /models': 'caller',
  'POST /sessions': 'caller',
  'GET /sessions/current': 'caller',
  'DELETE /sessions/current': 'caller',
  'POST /interactions/int-1': 'caller',
  'GET /events': 'caller',
}
const serverRoutes: Routes = {
  'GET /metrics': 'public',
  'GET /health': 'public',
  'GET /ready': 'public',
  'POST /process': 'caller',
  'GET /notifications': 'caller',
  'GET /capabilities': 'caller',
  'GET /proof': 'internal',
  [`DELETE ${session}`]: 'internal',
  'POST /interactions/int-1': 'internal',
}

interface Port {
  readonly name: string
  readonly url: string
  readonly routes: Routes
  readonly isServer: boolean
}

interface Configured {
  readonly hasCallers: boolean
  readonly hasService: boolean
}

/** Whether a route of a port admits a caller. */
function isAdmitted(
  { name, isServer }: Port,
  access: Access,
  kind: CredentialKind,
  { hasCallers, hasService }: Configured,
): boolean {
  const isPrincipal = hasCallers && kind === 'bearer'
  // Without a service token, this machine is internal, unless callers must authenticate.
  const isInternal = hasService ? kind === 'signed' : !hasCallers
  const isSigned = hasService && kind === 'signed' && name !== 'client'
  switch (access) {
    case 'public':
      return true
    case 'internal':
      return isInternal
    case 'principal':
      return isPrincipal
    case 'caller':
      return isServer
        ? isPrincipal || isSigned || !(hasCallers || hasService)
        : isPrincipal || !hasCallers
    case 'caller-or-internal':
      return isPrincipal || isSigned || !hasCallers
  }
}

async function statusOf(port: Port, route: string, kind: CredentialKind): Promise<number> {
  const [method = '', path = ''] = route.split(' ')
  const response = await fetch(port.url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...credentials(kind, port.name, method, path),
    },
    // Invalid for every route, so that an admitted request is refused by the route itself.
    ...(method === 'POST' ? { body: '[]' } : {}),
    signal: AbortSignal.timeout(30_000),
  })
  // The stream of an event source would stay open.
  await response.body?.cancel()
  return response.status
}

function print(name: string, rows: Readonly<Record<string, Record<CredentialKind, number>>>): void {
  const width = Math.max(...Object.keys(rows).map((label) => label.length))
  const head = `${name.padEnd(width)}  ${credentialKinds.map((kind) => kind.padEnd(10)).join('  ')}`
  const lines = Object.entries(rows).map(
    ([label, statuses]) =>
      `${label.padEnd(width)}  ${credentialKinds.map((kind) => String(statuses[kind]).padEnd(10)).join('  ')}`,
  )
  console.log([head, ...lines].join('\n'))
}

describe.each(Object.entries(configurations))('with %s', (name, environment) => {
  const hasCallers = 'MCP_TOKENS' in environment
  const hasService = 'MCP_INTERNAL_TOKEN' in environment
  const names = isFull || (hasCallers && hasService) ? Object.keys(builtinServers) : ['tools']
  let services: SeparateServices
  let ports: readonly Port[]

  beforeAll(async () => {
    services = await startServices({ environment, names })
    const { clientUrl, sessionManagerUrl, serverUrls } = services
    ports = [
      { name: 'client', url: clientUrl, routes: clientRoutes, isServer: false },
      {
        name: 'session-manager',
        url: sessionManagerUrl,
        routes: sessionManagerRoutes,
        isServer: false,
      },
      ...Array.from(serverUrls, ([server, url]) => ({
        name: server,
        url,
        routes: serverRoutes,
        isServer: true,
      })),
    ]
  }, 120_000)
  afterAll(() => services.stop(), 60_000)

  it('admits exactly the permitted callers to every route of every port', async () => {
    const rows: Record<string, Record<CredentialKind, number>> = {}
    const wrong: string[] = []
    for (const port of ports) {
      for (const [route, access] of Object.entries(port.routes)) {
        const statuses = { none: 0, wrong: 0, bearer: 0, 'raw secret': 0, signed: 0 }
        for (const kind of credentialKinds) {
          const status = await statusOf(port, route, kind)
          statuses[kind] = status
          const isRefused = status === 401 || status === 403
          if (isRefused === isAdmitted(port, access, kind, { hasCallers, hasService })) {
            wrong.push(`${port.name} ${route} with ${kind}: ${status}`)
          }
        }
        rows[`${port.name} ${route}`] = statuses
      }
    }
    print(name, rows)
    expect(wrong).toEqual([])
  }, 120_000)

  it.runIf(hasService)('proves its identity to a signed caller whose body it refuses', async () => {
    const sign = createServiceSigner({ serviceToken, audience: 'tools', clock: systemClock })
    const [method, path] = ['POST', '/process']
    const { signature, proof } = sign({ method, path, header: () => undefined })
    const response = await fetch(services.serverUrls.get('tools') + path, {
      method,
      headers: { 'content-type': 'application/json', [serviceHeaders.signature]: signature },
      body: 'x'.repeat(defaultLimits.maxBodyBytes + 1),
    })
    expect(response.status).toBe(413)
    expect(response.headers.get(serviceHeaders.proof)).toBe(proof)
  })

  it.runIf(hasCallers && !hasService)('reports the missing service token', async () => {
    const variable = expect.stringContaining('MCP_INTERNAL_TOKEN')
    expect(services.sessionManager.output()).toEqual(variable)
    await vi.waitFor(async () => {
      const response = await fetch(`${services.sessionManagerUrl}/ready`)
      expect(response.status).toBe(503)
      expect(await response.json()).toMatchObject({ error: { message: variable } })
    })
  })

  it('runs a request through the session manager if its servers know it', async () => {
    const headers = { authorization: `Bearer ${callerToken}` }
    const { body } = await postJson(`${services.sessionManagerUrl}/sessions`, {}, headers)
    const { sessionId } = Object(body)
    const add = () =>
      postJson(
        `${services.sessionManagerUrl}/sessions/${sessionId}/requests`,
        calculation('add', 2, 3),
        headers,
      )
    // With caller tokens alone, the servers cannot recognize the session manager.
    const expected =
      hasCallers && !hasService
        ? { status: 502, body: { error: { details: { reason: 'service-token' } } } }
        : { status: 200, body: { data: { result: 5 } } }
    await vi.waitFor(async () => expect(await add()).toMatchObject(expected))
  }, 60_000)
})
