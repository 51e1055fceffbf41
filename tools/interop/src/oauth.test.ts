import { ClientCredentialsProvider } from '@modelcontextprotocol/client'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'

import type { RunningApp } from '../../integration/src/running-app.ts'
import { freePort, startApp } from '../../integration/src/running-app.ts'
import type { AuthorizationServer } from './oauth/authorization-server.ts'
import {
  desktopClient,
  machineClient,
  startAuthorizationServer,
} from './oauth/authorization-server.ts'
import type { Era } from './oauth/connect.ts'
import { connectMachine, connectUser } from './oauth/connect.ts'
import { createUserProvider } from './oauth/user-provider.ts'

let server: AuthorizationServer
let hub: RunningApp
let origin: string
let url: string

beforeAll(async () => {
  server = await startAuthorizationServer()
  const port = await freePort()
  origin = `http://127.0.0.1:${port}`
  url = `${origin}/mcp`
  hub = await startApp({
    app: 'hub',
    environment: {
      CLIENT_PORT: String(await freePort()),
      SESSION_MANAGER_PORT: String(port),
      MCP_AUTH_ISSUER: server.issuer,
      MCP_AUTH_SCOPES: 'mcp:use,all=mcp:all',
    },
    healthUrl: `${origin}/health`,
  })
})
afterAll(async () => {
  await hub.stop()
  await server[Symbol.asyncDispose]()
})

const eras: readonly Era[] = ['legacy', 'modern']
const evaluate = { name: 'calculator_evaluate', arguments: { expression: '6 * 7' } }
const machine = () =>
  new ClientCredentialsProvider({ ...machineClient, expectedIssuer: server.issuer })

/** Sends a request without a client of the SDK. */
async function initialize(path: string, token?: string): Promise<Response> {
  return fetch(`${origin}${path}`, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'raw', version: '1.0.0' },
      },
    }),
  })
}

it.each(eras)('takes a %s client without a token to its result', async (era) => {
  const provider = createUserProvider('ada')
  const client = await connectUser(url, era, provider)
  expect(await client.callTool(evaluate)).toMatchObject({
    content: [{ text: expect.stringContaining('42') }],
  })
  await client.close()

  const token = decodeJwt((await provider.tokens())?.access_token ?? '')
  expect(token).toMatchObject({ iss: server.issuer, sub: 'ada', aud: url, scope: 'mcp:use' })
})

it.each(eras)('takes a %s client without a user to its result', async (era) => {
  const client = await connectMachine(url, era, machine())
  expect(await client.callTool(evaluate)).toMatchObject({
    content: [{ text: expect.stringContaining('42') }],
  })
  await client.close()
})

it.each(eras)('lets a %s client request the scope of a view', async (era) => {
  const provider = createUserProvider('ada')
  const client = await connectUser(`${url}/all`, era, provider)
  const { tools } = await client.listTools()
  expect(tools.length).toBeGreaterThan(100)
  await client.close()
  const token = decodeJwt((await provider.tokens())?.access_token ?? '')
  expect(token).toMatchObject({ aud: `${url}/all`, scope: 'mcp:all' })
})

it.each(eras)('takes a %s client with too few scopes to another authorization', async (era) => {
  const provider = createUserProvider('ada', { clientId: desktopClient })
  await (await connectUser(url, era, provider)).close()
  const client = await connectUser(`${url}/all`, era, provider)
  expect((await client.listTools()).tools.length).toBeGreaterThan(100)
  await client.close()
  expect(provider.authorizations.map((each) => each.searchParams.get('scope'))).toEqual([
    expect.not.stringContaining('mcp:all'),
    expect.stringContaining('mcp:all'),
  ])
})

it('describes each view as a resource of its own', async () => {
  for (const view of ['', '/all', '/tools']) {
    const response = await fetch(`${origin}/.well-known/oauth-protected-resource/mcp${view}`)
    expect(await response.json()).toEqual({
      resource: `${url}${view}`,
      authorization_servers: [server.issuer],
      scopes_supported: [view === '/all' ? 'mcp:all' : 'mcp:use'],
      bearer_methods_supported: ['header'],
    })
  }
})

it('names the metadata and the scopes in a challenge', async () => {
  const missing = await initialize('/mcp')
  expect(missing.status).toBe(401)
  expect(missing.headers.get('www-authenticate')).toBe(
    `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp", scope="mcp:use"`,
  )
  const inQuery = createUserProvider('ada')
  await (await connectUser(url, 'legacy', inQuery)).close()
  const { access_token: token = '' } = (await inQuery.tokens()) ?? {}
  expect((await initialize('/mcp', token)).status).toBe(200)
  expect((await initialize(`/mcp?access_token=${token}`)).status).toBe(401)

  const invalid = await initialize('/mcp', `${token}A`)
  expect(invalid.status).toBe(401)
  expect(invalid.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token", /)

  const narrow = await initialize('/mcp/all', token)
  expect(narrow.status).toBe(403)
  expect(narrow.headers.get('www-authenticate')).toBe(
    `Bearer error="insufficient_scope", resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp/all", scope="mcp:all"`,
  )
  const ownRoute = { headers: { authorization: `Bearer ${token}` } }
  expect((await fetch(`${origin}/sessions`, ownRoute)).status).toBe(403)
})

it('refuses the id token of the issuer', async () => {
  const provider = createUserProvider('ada', { scope: 'openid', clientId: desktopClient })
  await (await connectUser(url, 'legacy', provider)).close()
  const { id_token: idToken = '' } = (await provider.tokens()) ?? {}
  expect(idToken).not.toBe('')
  expect((await initialize('/mcp', idToken)).status).toBe(401)
})

it('accepts the tokens of a new key', async () => {
  const before = await connectMachine(url, 'modern', machine())
  await server.rotateKeys()
  const after = await connectMachine(url, 'modern', machine())
  for (const client of [before, after]) {
    expect(await client.callTool(evaluate)).toMatchObject({
      content: [{ text: expect.stringContaining('42') }],
    })
    await client.close()
  }
})

it('serves callers with known keys while the issuer is down', async () => {
  const client = await connectMachine(url, 'modern', machine())
  await server.stop()
  try {
    expect(await client.callTool(evaluate)).toMatchObject({
      content: [{ text: expect.stringContaining('42') }],
    })
  } finally {
    await server.start()
  }
  await client.close()
})
