import { expect, it } from 'vitest'

import { createServiceAuth } from './service-auth.ts'

const from = (isLoopback: boolean, headers: Readonly<Record<string, string>> = {}) => ({
  header: (name: string) => headers[name],
  peer: { isLoopback },
})

it('accepts the service token from any machine', () => {
  const isTrusted = createServiceAuth({ serviceToken: 'a long secret' })
  expect(isTrusted(from(false, { 'mcp-service-token': 'a long secret' }))).toBe(true)
  expect(isTrusted(from(true, { 'mcp-service-token': 'another' }))).toBe(false)
  expect(isTrusted(from(true))).toBe(false)
})

it('without a token accepts callers on this machine, but no browser', () => {
  const isTrusted = createServiceAuth()
  expect(isTrusted(from(true))).toBe(true)
  expect(isTrusted(from(false))).toBe(false)
  expect(isTrusted(from(true, { origin: 'http://localhost:3000' }))).toBe(false)
})

it('without a token accepts no caller if loopback is not trusted', () => {
  expect(createServiceAuth({ trustsLoopback: false })(from(true))).toBe(false)
})
