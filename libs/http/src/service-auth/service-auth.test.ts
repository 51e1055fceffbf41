import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { contextHeaders, serviceHeaders } from '../context-headers.ts'
import { createServiceAuth } from './service-auth.ts'
import { createServiceSigner } from './service-signer.ts'

const serviceToken = 'a secret of 16 characters or more'
const at = (now: number): Clock => ({ ...systemClock, now: () => now })
const clock = at(1_764_355_226_123)

const from = (isLoopback: boolean, headers: Readonly<Record<string, string>> = {}) => ({
  header: (name: string) => headers[name],
  peer: { isLoopback },
})
const context = {
  [contextHeaders.session]: 'ses-1',
  [contextHeaders.principal]: 'ada',
  [contextHeaders.claims]: '{"roles":["user"]}',
  [contextHeaders.address]: '203.0.113.7',
  [contextHeaders.request]: 'req-1',
  [contextHeaders.timeoutMs]: '5000',
  [contextHeaders.client]: '{"capabilities":{"roots":{}}}',
  [contextHeaders.resultBytes]: '65536',
}

function signed(method = 'POST', path = '/process', headers: Record<string, string> = context) {
  const sign = createServiceSigner({ serviceToken, audience: 'tools', clock })
  const { signature, proof } = sign({ method, path, header: (name) => headers[name] })
  return { headers: { ...headers, [serviceHeaders.signature]: signature }, proof }
}

function identify(
  headers: Record<string, string>,
  {
    method = 'POST',
    path = '/process',
    audience = 'tools',
    token = serviceToken,
    now = clock,
  } = {},
) {
  const check = createServiceAuth({ audience, serviceToken: token, clock: now })
  return check(from(true, headers), method, path)
}

it('accepts a signed request from any machine, and returns the proof for the response', () => {
  const { headers, proof } = signed()
  const check = createServiceAuth({ audience: 'tools', serviceToken, clock })
  expect(check(from(false, headers), 'POST', '/process')).toEqual({ proof })
  expect(JSON.stringify(headers)).not.toContain(serviceToken)
  expect(headers[serviceHeaders.signature]).not.toContain(proof)
})

it('refuses an unsigned request, and the token itself', () => {
  expect(identify(context)).toBeUndefined()
  expect(identify({ ...context, 'mcp-service-token': serviceToken })).toBeUndefined()
  expect(identify({ ...context, [serviceHeaders.signature]: serviceToken })).toBeUndefined()
})

it.each([
  ['another method', {}, { method: 'GET' }],
  ['another path', {}, { path: '/notifications' }],
  ['another server', {}, { audience: 'roots' }],
  ['another token', {}, { token: 'another secret of 16 characters' }],
  ['another session', { [contextHeaders.session]: 'ses-2' }, {}],
  ['another principal', { [contextHeaders.principal]: 'ben' }, {}],
  ['another role', { [contextHeaders.claims]: '{"roles":["admin"]}' }, {}],
  ['another request id', { [contextHeaders.request]: 'req-2' }, {}],
  ['another client', { [contextHeaders.client]: '{"capabilities":{}}' }, {}],
  ['another result size', { [contextHeaders.resultBytes]: '1' }, {}],
  ['another deadline', { [contextHeaders.timeoutMs]: '50000' }, {}],
])('refuses a signature for %s', (_what, headers: Record<string, string>, options) => {
  expect(identify({ ...signed().headers, ...headers }, options)).toBeUndefined()
})

it('refuses a request to which a context header was added or from which one was removed', () => {
  const { headers } = signed('POST', '/process', {})
  expect(identify(headers)).toBeDefined()
  for (const name of Object.values(contextHeaders)) {
    expect(identify({ ...headers, [name]: '' })).toBeUndefined()
    const { [name]: _removed, ...rest }: Record<string, string> = signed().headers
    expect(identify(rest)).toBeUndefined()
  }
})

it('refuses a signature with any character changed', () => {
  const { headers } = signed()
  const original = headers[serviceHeaders.signature] ?? ''
  for (let index = 0; index < original.length; index++) {
    const other = original[index] === '1' ? '2' : '1'
    const altered = original.slice(0, index) + other + original.slice(index + 1)
    expect(identify({ ...headers, [serviceHeaders.signature]: altered })).toBeUndefined()
  }
})

it('accepts a signature once, however many requests overtake it', () => {
  const sign = createServiceSigner({ serviceToken, audience: 'tools', clock })
  const check = createServiceAuth({ audience: 'tools', serviceToken, clock })
  const requests = Array.from({ length: 1000 }, () => {
    const { signature } = sign({ method: 'POST', path: '/process', header: () => undefined })
    return from(true, { [serviceHeaders.signature]: signature })
  })
  const isAccepted = (request: (typeof requests)[number]) =>
    check(request, 'POST', '/process') !== undefined
  expect(requests.toReversed().every(isAccepted)).toBe(true)
  expect(requests.some(isAccepted)).toBe(false)
})

it('accepts a clock that differs by at most a minute', () => {
  const { headers } = signed()
  const when = (offsetMs: number) => identify(headers, { now: at(clock.now() + offsetMs) })
  expect(when(-60_000)).toBeDefined()
  expect(when(60_000)).toBeDefined()
  expect(when(-60_001)).toBeUndefined()
  expect(when(60_001)).toBeUndefined()
})

it('without a token accepts callers on this machine, but no browser', () => {
  const check = createServiceAuth({ audience: 'tools' })
  const isInternal = (request: ReturnType<typeof from>) =>
    check(request, 'POST', '/process') !== undefined
  expect(isInternal(from(true))).toBe(true)
  expect(isInternal(from(false))).toBe(false)
  expect(isInternal(from(true, { origin: 'http://localhost:3000' }))).toBe(false)
})

it('without a token accepts no caller if loopback is not trusted', () => {
  const check = createServiceAuth({ audience: 'tools', trustsLoopback: false })
  expect(check(from(true), 'POST', '/process')).toBeUndefined()
})
