import { expect, it } from 'vitest'

import { claimsOf, decodeClaims, encodeClaims } from './claims-header.ts'

it('returns the claims of a principal without its id, and the same object each time', () => {
  const principal = { id: 'ada', roles: ['admin'], tenant: undefined }
  expect(claimsOf(principal)).toEqual({ roles: ['admin'] })
  expect(claimsOf(principal)).toBe(claimsOf(principal))
  expect(claimsOf({ id: 'ada' })).toBeUndefined()
  expect(claimsOf(undefined)).toBeUndefined()
})

it('sends claims as ASCII', () => {
  const claims = { roles: ['Prüfer', '管理'], level: 3 }
  const header = encodeClaims(claims) ?? ''
  expect(header).toMatch(/^[\x20-\x7e]+$/)
  expect(decodeClaims(header)).toEqual(claims)
})

it('leaves out further claims, or all of them, if they are too long', () => {
  const long = 'x'.repeat(5000)
  const roles = ['admin']
  expect(encodeClaims({ roles, tenant: 'acme', note: long })).toBe(
    '{"roles":["admin"],"tenant":"acme"}',
  )
  expect(encodeClaims({ roles: [long] })).toBeUndefined()
})

it.each(['', '[]', '{', '"admin"'])('refuses %j', (value) => {
  expect(() => decodeClaims(value)).toThrow('Invalid mcp-context-claims header')
})
