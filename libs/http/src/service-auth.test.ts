import { expect, it } from 'vitest'

import { createServiceAuth } from './service-auth.ts'

const from = (isLoopback: boolean, headers: Readonly<Record<string, string>> = {}) => ({
  header: (name: string) => headers[name],
  peer: { isLoopback },
})

it('trusts whoever shows the service token, wherever they are', () => {
  const isTrusted = createServiceAuth({ serviceToken: 'a long secret' })
  expect(isTrusted(from(false, { 'mcp-service-token': 'a long secret' }))).toBe(true)
  expect(isTrusted(from(true, { 'mcp-service-token': 'another' }))).toBe(false)
  expect(isTrusted(from(true))).toBe(false)
})

it('trusts this machine where there is no token, but no page in a browser on it', () => {
  const isTrusted = createServiceAuth()
  expect(isTrusted(from(true))).toBe(true)
  expect(isTrusted(from(false))).toBe(false)
  expect(isTrusted(from(true, { origin: 'http://localhost:3000' }))).toBe(false)
})

it('trusts nobody without a token where loopback does not count', () => {
  expect(createServiceAuth({ trustsLoopback: false })(from(true))).toBe(false)
})
