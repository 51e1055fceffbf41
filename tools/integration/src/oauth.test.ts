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

it('writes no part of a token to the log', async () => {
  const [, claims = '', signature = ''] = (await issuer.token('ada', 'mcp:all')).split('.')
  const output = services.sessionManager.output()
  expect(output).toContain('Session manager')
  expect(output).not.toContain(claims.slice(0, 20))
  expect(output).not.toContain(signature.slice(0, 20))
})
