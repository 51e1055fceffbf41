import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import { calculation, postJson } from './http.ts'
import type { SeparateServices } from './system.ts'
import { startServices } from './system.ts'
import type { TokenIssuer } from './token-issuer.ts'
import { startTokenIssuer } from './token-issuer.ts'
import { serviceToken } from './tokens.ts'

let issuer: TokenIssuer
let services: SeparateServices

beforeAll(async () => {
  issuer = await startTokenIssuer('urn:mcp')
  services = await startServices({
    names: ['tools'],
    environment: {
      MCP_INTERNAL_TOKEN: serviceToken,
      MCP_TOKENS: 'ada-lovelace:the-secret-token-of-ada',
      MCP_AUTH_ISSUER: issuer.url,
      MCP_AUTH_AUDIENCE: 'urn:mcp',
      MCP_AUTH_SCOPES: 'mcp:use,all=mcp:all',
    },
  })
}, 120_000)
afterAll(async () => {
  await services.stop()
  await issuer.stop()
}, 60_000)

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

async function callTool(url: string, headers: Record<string, string>): Promise<unknown> {
  const { body } = await postJson(`${url}/sessions`, {}, headers)
  const { sessionId } = Object(body)
  return postJson(`${url}/sessions/${sessionId}/requests`, calculation('add', 2, 3), headers)
}

it('accepts access tokens and static tokens on the session manager', async () => {
  const { sessionManagerUrl } = services
  for (const token of [await issuer.token('ada', 'mcp:all'), 'the-secret-token-of-ada']) {
    await vi.waitFor(async () =>
      expect(await callTool(sessionManagerUrl, bearer(token))).toMatchObject({
        status: 200,
        body: { data: { result: 5 } },
      }),
    )
  }
}, 60_000)

it('accepts access tokens on the client, which passes them on', async () => {
  const headers = bearer(await issuer.token('ada', 'mcp:all'))
  await vi.waitFor(async () =>
    expect(
      await postJson(`${services.clientUrl}/process`, { prompt: 'What is 12 * 12?' }, headers),
    ).toMatchObject({
      status: 200,
      body: { data: { result: { response: expect.stringContaining('144') } } },
    }),
  )
}, 60_000)

it('refuses a token without the scope of all operations', async () => {
  const headers = bearer(await issuer.token('ada', 'mcp:use'))
  const refused = { status: 403, body: { error: { details: { reason: 'insufficient-scope' } } } }
  const { sessionManagerUrl, clientUrl } = services
  expect(await postJson(`${sessionManagerUrl}/sessions`, {}, headers)).toMatchObject(refused)
  expect(await postJson(`${clientUrl}/sessions`, {}, headers)).toMatchObject(refused)
})

it('separates a principal of the issuer from the caller of a static token with its name', async () => {
  const { sessionManagerUrl } = services
  const { body } = await postJson(
    `${sessionManagerUrl}/sessions`,
    {},
    bearer('the-secret-token-of-ada'),
  )
  const path = `${sessionManagerUrl}/sessions/${Object(body).sessionId}`
  const token = await issuer.token('ada-lovelace', 'mcp:all')
  expect((await fetch(path, { headers: bearer(token) })).status).toBe(404)
  expect((await fetch(path, { headers: bearer('the-secret-token-of-ada') })).status).toBe(200)
})

it('refuses a token in the URL, a forged token and access tokens on the port of a server', async () => {
  const token = await issuer.token('ada', 'mcp:all')
  const { sessionManagerUrl, clientUrl, serverUrls } = services
  for (const url of [sessionManagerUrl, clientUrl]) {
    expect((await fetch(`${url}/servers?access_token=${token}`)).status).toBe(401)
    const forged = await fetch(`${url}/servers`, { headers: bearer(`${token}AAAA`) })
    expect(forged.status).toBe(401)
    expect(await forged.json()).toMatchObject({
      error: { message: expect.stringContaining('signature') },
    })
  }
  const direct = await fetch(`${serverUrls.get('tools')}/capabilities`, { headers: bearer(token) })
  expect(direct.status).toBe(401)
})

async function initialize(path: string, token?: string): Promise<Response> {
  return fetch(services.sessionManagerUrl + path, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...(token === undefined ? {} : bearer(token)),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'test', version: '1.0.0' },
      },
    }),
  })
}

it('challenges callers of /mcp without a valid token', async () => {
  const seconds = Math.floor(Date.now() / 1000)
  const withClaims = async (claims: Record<string, unknown>) =>
    issuer.token('ada', 'mcp:use mcp:all', claims)
  const { none, HS256 } = await issuer.unsigned()
  const refused: Readonly<Record<string, readonly [token: string, reason: string]>> = {
    audience: [await withClaims({ aud: 'urn:other' }), '"aud" must be "urn:mcp"'],
    issuer: [await withClaims({ iss: 'https://evil.example' }), `"iss" must be "${issuer.url}"`],
    expired: [await withClaims({ exp: seconds - 120 }), 'expired'],
    early: [await withClaims({ nbf: seconds + 120 }), 'not valid yet'],
    subject: [await withClaims({ sub: '' }), '"sub"'],
    none: [none, 'algorithm'],
    HS256: [HS256, 'algorithm'],
  }
  const metadata = `${services.sessionManagerUrl}/.well-known/oauth-protected-resource/mcp`
  const challenge = `resource_metadata="${metadata}", scope="mcp:use"`
  for (const [name, [token, reason]] of Object.entries(refused)) {
    const response = await initialize('/mcp', token)
    expect([name, response.status]).toEqual([name, 401])
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer error="invalid_token", ${challenge}`,
    )
    expect(await response.text()).toContain(JSON.stringify(reason).slice(1, -1))
  }
  const valid = await withClaims({})
  expect((await initialize('/mcp', valid)).status).toBe(200)
  for (const path of ['/mcp', `/mcp?access_token=${valid}`]) {
    const response = await initialize(path)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(`Bearer ${challenge}`)
  }
})

it('refuses a token without the scope of a view of /mcp', async () => {
  const token = await issuer.token('ada', 'mcp:use')
  expect((await initialize('/mcp/tools', token)).status).toBe(200)
  const response = await initialize('/mcp/all', token)
  expect(response.status).toBe(403)
  expect(response.headers.get('www-authenticate')).toMatch(
    /^Bearer error="insufficient_scope", .*\/mcp\/all", scope="mcp:all"$/,
  )
})

it('writes no part of a token to the log', async () => {
  const [, claims = '', signature = ''] = (await issuer.token('ada', 'mcp:all')).split('.')
  const output = services.sessionManager.output()
  expect(output).toContain('Session manager')
  expect(output).not.toContain(claims.slice(0, 20))
  expect(output).not.toContain(signature.slice(0, 20))
})
