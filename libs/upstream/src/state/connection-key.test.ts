import { expect, it } from 'vitest'

import { connectionKey, isSingleUse } from './connection-key.ts'

const { signal } = new AbortController()
const ann = { sessionId: 's1', principal: 'ann', signal }
const asking = { era: 'legacy', asksClients: true } as const

it('shares one connection by default', () => {
  expect(connectionKey(ann, {}, undefined)).toBe('shared')
  expect(connectionKey(ann, {}, { era: 'modern', asksClients: true })).toBe('shared')
})

it('uses a connection per session for a legacy server that asks', () => {
  expect(connectionKey(ann, {}, asking)).toBe('session:s1')
  expect(connectionKey(ann, { isolation: 'shared' }, asking)).toBe('shared')
})

it('isolates by principal, session or call', () => {
  expect(connectionKey(ann, { isolation: 'principal' }, undefined)).toBe('principal:ann')
  expect(connectionKey(ann, { isolation: 'session' }, undefined)).toBe('session:s1')
  const key = connectionKey(ann, { isolation: 'call' }, undefined)
  expect(isSingleUse(key)).toBe(true)
  expect(connectionKey(ann, { isolation: 'call' }, undefined)).not.toBe(key)
})

it('never shares a connection between callers without an identity', () => {
  const anonymous = { ...ann, principal: undefined }
  expect(connectionKey(anonymous, { isolation: 'principal' }, undefined)).toBe('session:s1')
  const unknown = { signal }
  expect(isSingleUse(connectionKey(unknown, { isolation: 'session' }, undefined))).toBe(true)
})
