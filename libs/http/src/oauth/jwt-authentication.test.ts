import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'
import fc from 'fast-check'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, expect, it } from 'vitest'

import type { Principal } from '../authenticate.ts'
import type { Issuer, IssuerSettings } from '../fixtures/issuer.ts'
import { startIssuer } from '../fixtures/issuer.ts'
import type { JwtAuthenticationOptions } from './jwt-authentication.ts'
import { jwtAuthentication } from './jwt-authentication.ts'

const audience = 'https://mcp.example.org/mcp'
const startedAt = 1_764_355_226_000
const seconds = startedAt / 1000

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

interface Setup extends Partial<IssuerSettings> {
  readonly options?: Partial<JwtAuthenticationOptions>
}

async function setUp({ options = {}, ...settings }: Setup = {}) {
  let elapsedMs = 0
  const clock: Clock = { ...systemClock, now: () => startedAt + elapsedMs }
  const issuer = await startIssuer({ audience, now: () => clock.now(), ...settings })
  stops.push(issuer.close)
  const errors: unknown[] = []
  const authenticate = jwtAuthentication({
    issuer: issuer.url,
    audiences: [audience],
    clock,
    onError: (error) => errors.push(error),
    ...options,
  })
  const withHeader = async (authorization: string): Promise<Principal | undefined> =>
    authenticate({ header: (name) => (name === 'authorization' ? authorization : undefined) })
  return {
    issuer,
    errors,
    withHeader,
    present: async (token: string) => withHeader(`Bearer ${token}`),
    pass: (ms: number) => void (elapsedMs += ms),
  }
}

/** Sends the response byte by byte, and never ends it. */
const trickle: Parameters<Issuer['respondWith']>[0] = (_request, response) => {
  const timer = setInterval(() => response.write(' '), 20)
  response.once('close', () => clearInterval(timer))
}

it('identifies a caller by issuer and subject, with its scopes', async () => {
  const { issuer, present } = await setUp()
  const id = `${issuer.url}#ada`
  expect(await present(await issuer.token({ scope: 'mcp:use mcp:all' }))).toEqual({
    id,
    scopes: ['mcp:use', 'mcp:all'],
  })
  expect(await present(await issuer.token({ scp: ['mcp:use'] }))).toEqual({
    id,
    scopes: ['mcp:use'],
  })
  expect(await present(await issuer.token({ scp: 'a b' }))).toEqual({ id, scopes: ['a', 'b'] })
  expect(await present(await issuer.token())).toEqual({ id, scopes: [] })
})

it('accepts the audience of a view and an audience among several', async () => {
  const { issuer, present } = await setUp()
  for (const aud of [`${audience}/`, `${audience}/all`, ['urn:other', audience]]) {
    expect(await present(await issuer.token({ aud }))).toBeDefined()
  }
})

it.each([
  { path: '/realms/one', metadataPath: '/.well-known/oauth-authorization-server/realms/one' },
  { path: '/realms/one', metadataPath: '/.well-known/openid-configuration/realms/one' },
  { path: '/realms/one', metadataPath: '/realms/one/.well-known/openid-configuration' },
  { path: '', metadataPath: '/.well-known/openid-configuration' },
])('finds the metadata of an issuer at $metadataPath', async (settings) => {
  const { issuer, present } = await setUp(settings)
  expect(await present(await issuer.token())).toBeDefined()
})

it.each<{ name: string; claims: Parameters<Issuer['token']>[0]; claim: string; message: RegExp }>([
  {
    name: 'of another audience',
    claims: { aud: 'https://mcp.example.org/other' },
    claim: 'aud',
    message: /"aud" must be "https:\/\/mcp\.example\.org\/mcp"/,
  },
  {
    name: 'whose audience only starts like ours',
    claims: { aud: `${audience}-evil` },
    claim: 'aud',
    message: /"aud" must be/,
  },
  {
    name: 'whose audience is deeper than a view',
    claims: { aud: `${audience}/all/more` },
    claim: 'aud',
    message: /"aud" must be/,
  },
  {
    name: 'without an audience',
    claims: { aud: undefined },
    claim: 'aud',
    message: /"aud" is missing/,
  },
  {
    name: 'of another issuer',
    claims: { iss: 'https://evil.example' },
    claim: 'iss',
    message: /"iss" must be "http:\/\/127/,
  },
  { name: 'without an issuer', claims: { iss: undefined }, claim: 'iss', message: /"iss" must be/ },
  {
    name: 'without a subject',
    claims: { sub: undefined },
    claim: 'sub',
    message: /"sub" is missing/,
  },
  { name: 'with an empty subject', claims: { sub: '' }, claim: 'sub', message: /"sub" must be/ },
  {
    name: 'with a line break in its subject',
    claims: { sub: 'ada\nbob' },
    claim: 'sub',
    message: /"sub" must be/,
  },
  { name: 'that has expired', claims: { exp: seconds - 61 }, claim: 'exp', message: /expired/ },
  {
    name: 'without an expiry',
    claims: { exp: undefined },
    claim: 'exp',
    message: /"exp" is missing/,
  },
  {
    name: 'that is not valid yet',
    claims: { nbf: seconds + 61 },
    claim: 'nbf',
    message: /not valid yet/,
  },
])('refuses a token $name', async ({ claims, claim, message }) => {
  const { issuer, present } = await setUp()
  await expect(present(await issuer.token(claims))).rejects.toMatchObject({
    code: 'unauthenticated',
    message: expect.stringMatching(message),
    details: { reason: 'invalid-token', claim },
  })
})

it('tolerates clocks that differ by less than a minute', async () => {
  const { issuer, present } = await setUp()
  expect(await present(await issuer.token({ exp: seconds - 59 }))).toBeDefined()
  expect(await present(await issuer.token({ nbf: seconds + 59 }))).toBeDefined()
})

it('refuses tokens without a signature of the issuer', async () => {
  const { issuer, present } = await setUp()
  const claims = { iss: issuer.url, aud: audience, sub: 'ada', exp: seconds + 300 }
  const secret = new TextEncoder().encode(await issuer.publicPem())
  const hmac = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'first' })
  const altered = (await issuer.token()).replace(
    /\.[^.]+\./,
    (part) =>
      `.${Buffer.from(JSON.stringify({ ...claims, sub: 'bob' })).toString('base64url')}${part.slice(-1)}`,
  )
  const refused: [string, RegExp][] = [
    [new UnsecuredJWT(claims).encode(), /algorithm/],
    [await hmac.sign(secret), /algorithm/],
    [await issuer.forged(), /signature/],
    [altered, /signature/],
    [await issuer.token({}, { kid: 'unknown' }), /kid/],
    ['eyJ.eyJ.eyJ', /not a signed JSON Web Token/],
  ]
  for (const [token, message] of refused) {
    await expect(present(token)).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringMatching(message),
    })
  }
})

it('refuses a token of which any bit is changed', async () => {
  const { issuer, present } = await setUp()
  const parts = (await issuer.token()).split('.').map((part) => Buffer.from(part, 'base64url'))
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.nat(), fc.nat(7), async (index, byte, bit) => {
      const altered = parts.map((part) => Buffer.from(part))
      const part = altered[index] ?? Buffer.alloc(1)
      const at = byte % part.length
      part[at] = (part[at] ?? 0) ^ (1 << bit)
      const token = altered.map((each) => each.toString('base64url')).join('.')
      await expect(present(token)).rejects.toMatchObject({ code: 'unauthenticated' })
    }),
    { numRuns: 200 },
  )
})

it('returns no principal for any other header', async () => {
  const { withHeader } = await setUp()
  const segment = fc.stringMatching(/^[\w-]{0,40}$/)
  const header = fc.oneof(
    fc.string().map((text) => `Bearer ${text}`),
    fc.tuple(segment, segment, segment).map((parts) => `Bearer ${parts.join('.')}`),
    fc.tuple(fc.jsonValue(), fc.jsonValue()).map((parts) => {
      const encoded = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      return `Bearer ${encoded.join('.')}.AAAA`
    }),
  )
  await fc.assert(
    fc.asyncProperty(header, async (text) => {
      const result = await withHeader(text).catch((error: unknown) => error)
      expect(['unauthenticated', undefined]).toContain(McpError.is(result) ? result.code : result)
    }),
    { numRuns: 500 },
  )
})

it('never repeats a part of the token in its error', async () => {
  const { issuer, present } = await setUp()
  const token = await issuer.token({ aud: 'private-audience', sub: 'private-subject' })
  const error: unknown = await present(token).catch((thrown: unknown) => thrown)
  const text = JSON.stringify(error) + String(error)
  expect(text).toContain('aud')
  for (const part of ['private', ...token.split('.')]) expect(text).not.toContain(part)
})

it('accepts static tokens without a fetch, and returns no principal for other texts', async () => {
  const { issuer, present, withHeader } = await setUp({
    options: { tokens: { 'static-token': 'bob' } },
  })
  issuer.respondWith((request) => request.destroy())
  expect(await present('static-token')).toEqual({ id: 'bob' })
  expect(await present('unknown-token')).toBeUndefined()
  expect(await withHeader(`Basic ${await issuer.token()}`)).toBeUndefined()
  expect(await withHeader('')).toBeUndefined()
})

it('fetches the keys once for concurrent callers', async () => {
  const { issuer, present } = await setUp()
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) =>
      present(await issuer.token({ sub: `s${index}` })),
    ),
  )
  expect(issuer.keyFetches()).toBe(1)
})

it('accepts the new key after a rotation, and refetches keys at most once a minute', async () => {
  const { issuer, present, pass } = await setUp()
  await present(await issuer.token())
  await issuer.rotate('second')
  expect(await present(await issuer.token())).toBeDefined()
  expect(issuer.keyFetches()).toBe(2)

  for (let index = 0; index < 10; index++) {
    await expect(present(await issuer.token({}, { kid: `unknown-${index}` }))).rejects.toThrow(
      /kid/,
    )
  }
  expect(issuer.keyFetches()).toBe(2)

  await issuer.rotate('third')
  await expect(present(await issuer.token())).rejects.toThrow(/kid/)
  pass(60_000)
  expect(await present(await issuer.token())).toBeDefined()
  expect(issuer.keyFetches()).toBe(3)
})

it('refuses the tokens of a key that was removed', async () => {
  const { issuer, present, pass } = await setUp()
  const token = await issuer.token({ exp: seconds + 86_400 })
  expect(await present(token)).toBeDefined()
  await issuer.rotate('second')
  pass(600_000)
  await present(token)
  await expect.poll(() => issuer.keyFetches()).toBe(2)
  pass(60_000)
  await expect.poll(() => present(token).then(() => '', String)).toMatch(/kid/)
})

it('responds "unavailable" while the issuer is down, and accepts tokens once it is up', async () => {
  const { issuer, present, pass, errors } = await setUp()
  const token = await issuer.token()
  issuer.respondWith((request) => request.destroy())
  await expect(present(token)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  await expect(present(token)).rejects.toMatchObject({ code: 'unavailable' })
  expect(errors).toHaveLength(1)

  issuer.respondWith(undefined)
  pass(1000)
  expect(await present(token)).toBeDefined()
})

it('accepts known keys while the issuer is down, for an hour', async () => {
  const { issuer, present, pass } = await setUp()
  const token = await issuer.token({ exp: seconds + 86_400 })
  await present(token)
  issuer.respondWith((_request, response) => response.writeHead(500).end())
  pass(3_599_000)
  expect(await present(token)).toBeDefined()
  pass(61_000)
  await expect(present(token)).rejects.toMatchObject({ code: 'unavailable' })
})

it('asks the issuer again for a token that it verified more than a minute ago', async () => {
  const { issuer, present, pass } = await setUp()
  const token = await issuer.token({ exp: seconds + 30 })
  const first = await present(token)
  expect(await present(token)).toBe(first)
  pass(90_000)
  await expect(present(token)).rejects.toThrow(/expired/)
})

it.each<{
  name: string
  respond: Parameters<Issuer['respondWith']>[0]
  reason: RegExp
  timeoutMs?: number
}>([
  {
    name: 'of 5 MB',
    respond: (_request, response) => response.end(Buffer.alloc(5_000_000, ' ')),
    reason: /larger than 262144 bytes/,
  },
  {
    name: 'that is not JSON',
    respond: (_request, response) => response.end('<html>'),
    reason: /invalid JSON/,
  },
  {
    name: 'without keys',
    respond: (_request, response) => response.end('{}'),
    reason: /not a JSON Web Key Set/,
  },
  {
    name: 'with a redirect',
    respond: (_request, response) => response.writeHead(302, { location: '/other' }).end(),
    reason: /redirect/,
  },
  {
    name: 'with status 500',
    respond: (_request, response) => response.writeHead(500).end(),
    reason: /status 500/,
  },
  {
    name: 'that does not end',
    respond: trickle,
    reason: /no complete response within 300 ms/,
    timeoutMs: 300,
  },
  {
    name: 'that does not begin',
    respond: () => {},
    reason: /no complete response within 300 ms/,
    timeoutMs: 300,
  },
])(
  'responds "unavailable" for a key set $name',
  async ({ respond, reason, timeoutMs = 10_000 }) => {
    const { issuer, present } = await setUp({ options: { timeoutMs } })
    issuer.respondToKeysWith(respond)
    await expect(present(await issuer.token())).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(reason),
    })
  },
)

it('refuses the metadata of another issuer', async () => {
  const { issuer, present } = await setUp()
  issuer.respondWith((_request, response) =>
    response.end(
      JSON.stringify({ issuer: 'https://evil.example', jwks_uri: `${issuer.url}/jwks` }),
    ),
  )
  await expect(present(await issuer.token())).rejects.toThrow(/has the issuer "https:\/\/evil/)
})

it.each([
  'http://login.example.org',
  'https://login.example.org/?a=1',
  'https://a.test/#b',
  'login',
])('refuses the issuer %s', (issuer) => {
  expect(() => jwtAuthentication({ issuer, audiences: [audience] })).toThrow(/Invalid issuer/)
})

it('refuses an empty list of audiences', () => {
  expect(() => jwtAuthentication({ issuer: 'https://a.test', audiences: [] })).toThrow(/audience/)
})
