import { McpError } from '@mcp/protocol'
import { describe, expect, it } from 'vitest'

import { callerOfOwner, createOwners } from './owner.ts'

const secret = 'k'.repeat(43)

function request(headers: Record<string, string> = {}, url = 'http://client/conversations') {
  return new Request(url, { headers })
}

describe('createOwners', () => {
  const ownerOf = createOwners({ basePath: '' })

  it('identifies an authenticated caller by its principal, whatever secrets it sends', () => {
    const owner = ownerOf(request({ 'x-mcp-owner': secret }), { id: 'ada' })
    expect(owner).toEqual({ id: 'principal:ada' })
  })

  it('identifies the terminal by the secret in X-MCP-Owner, which the id does not contain', () => {
    const { id, cookie } = ownerOf(request({ 'x-mcp-owner': secret }), undefined)
    expect(id).toMatch(/^secret:[\w-]{43}$/)
    expect(id).not.toContain(secret)
    expect(cookie).toBeUndefined()
    expect(ownerOf(request({ 'x-mcp-owner': `${secret}2` }), undefined).id).not.toBe(id)
  })

  it.each([
    ['http://client/', /^mcp_owner=([\w-]{43}); Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/],
    [
      'https://client/',
      /^__Host-mcp_owner=([\w-]{43}); Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=\d+$/,
    ],
  ])('sets a cookie with a new secret at %s, and recognizes it later', (url, pattern) => {
    const { id, cookie = '' } = ownerOf(request({}, url), undefined)
    expect(cookie).toMatch(pattern)
    const [pair = ''] = cookie.split(';')
    expect(ownerOf(request({ cookie: `a=b; ${pair}` }, url), undefined)).toEqual({ id })
    expect(ownerOf(request({}, url), undefined).id).not.toBe(id)
  })

  it('limits the cookie to the path of the web client', () => {
    const { cookie } = createOwners({ basePath: '/mcp' })(request({}, 'https://client/'), undefined)
    expect(cookie).toMatch(/^mcp_owner=[\w-]{43}; Path=\/mcp; /)
  })

  it('ignores a malformed cookie, such as one of a program on another port', () => {
    expect(ownerOf(request({ cookie: 'mcp_owner=short' }), undefined).cookie).toBeDefined()
  })

  it.each(['short', `${secret}=`, ' ', 'k'.repeat(201)])('rejects the header %j', (value) => {
    const attempt = () => ownerOf(request({ 'x-mcp-owner': value }), undefined)
    expect(attempt).toThrow(McpError)
    expect(attempt).toThrow('Invalid X-MCP-Owner header.')
  })
})

describe('callerOfOwner', () => {
  const ownerOf = createOwners({ basePath: '' })

  it.each(['ada', 'principal:ada', 'https://issuer#Ada\nB'])('returns the caller %j', (id) => {
    expect(callerOfOwner(ownerOf(request(), { id }).id)).toBe(id)
  })

  it('returns undefined for the owner of a secret', () => {
    const { id } = ownerOf(request({ 'x-mcp-owner': secret }), undefined)
    expect(callerOfOwner(id)).toBeUndefined()
  })
})
