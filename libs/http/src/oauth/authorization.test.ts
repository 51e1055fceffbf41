import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import type { AuthorizationOptions } from './authorization.ts'
import { createAuthorization } from './authorization.ts'

const issuer = 'https://login.example.org'
const request = (headers: Readonly<Record<string, string>> = {}) => ({
  header: (name: string) => headers[name],
})
const create = (options: Partial<AuthorizationOptions> = {}) =>
  createAuthorization({ issuer, audiences: ['https://mcp.example.org/mcp'], ...options })

it('describes the endpoint and its views as protected resources', () => {
  const { metadata } = create({ scopes: { '': ['mcp:use'], all: ['mcp:all'], open: [] } })
  const read = (path: string) => JSON.parse(metadata(path, request())?.body ?? 'null')
  const root = {
    resource: 'https://mcp.example.org/mcp',
    authorization_servers: [issuer],
    scopes_supported: ['mcp:use'],
    bearer_methods_supported: ['header'],
  }
  expect(read('/.well-known/oauth-protected-resource')).toEqual(root)
  expect(read('/.well-known/oauth-protected-resource/mcp?a=1')).toEqual(root)
  expect(read('/.well-known/oauth-protected-resource/mcp/all')).toEqual({
    ...root,
    resource: 'https://mcp.example.org/mcp/all',
    scopes_supported: ['mcp:all'],
  })
  expect(read('/.well-known/oauth-protected-resource/mcp/open')).not.toHaveProperty(
    'scopes_supported',
  )
})

it.each([
  '/mcp',
  '/.well-known/oauth-protected-resource-other',
  '/.well-known/oauth-protected-resource/other',
  '/.well-known/oauth-protected-resource/mcp/',
  '/.well-known/oauth-protected-resource/mcp/a/b',
  '/.well-known/oauth-protected-resource/mcp/%22',
])('has no metadata at %s', (path) => {
  expect(create().metadata(path, request())).toBeUndefined()
})

it.each([
  '/.well-known/oauth-protected-resource/base/mcp/all',
  '/base/.well-known/oauth-protected-resource/mcp/all',
  '/base/.well-known/oauth-protected-resource/base/mcp/all',
  '/.well-known/oauth-protected-resource/mcp/all',
])('has the metadata of a view under a base path at %s', (path) => {
  const { metadata } = create({ audiences: ['https://a.test/base/mcp'], basePath: '/base' })
  const { body = '' } = metadata(path, request()) ?? {}
  expect(JSON.parse(body)).toMatchObject({ resource: 'https://a.test/base/mcp/all' })
})

it('challenges a caller without a token, and one with an invalid token', () => {
  const { challenge } = create({ scopes: { '': ['mcp:use', 'mcp:read'] } })
  const metadata = 'https://mcp.example.org/.well-known/oauth-protected-resource/mcp'
  expect(challenge(undefined, '', request())).toMatchObject({
    status: 401,
    headers: {
      'www-authenticate': `Bearer resource_metadata="${metadata}", scope="mcp:use mcp:read"`,
    },
  })
  const error = new McpError('unauthenticated', 'Invalid access token: it has expired.')
  const response = challenge(error, 'all', request({ authorization: 'Bearer x' }))
  expect(response.status).toBe(401)
  expect(response.headers['www-authenticate']).toBe(
    `Bearer error="invalid_token", resource_metadata="${metadata}/all", scope="mcp:use mcp:read"`,
  )
  expect(JSON.parse(response.body)).toMatchObject({ error: { message: error.message } })
})

it('does not challenge a caller whose token cannot be verified now', () => {
  const { status, headers } = create().challenge(
    new McpError('unavailable', 'The issuer is down.'),
    '',
    request({ authorization: 'Bearer x' }),
  )
  expect(status).toBe(503)
  expect(headers).not.toHaveProperty('www-authenticate')
})

it('refuses a principal that lacks a scope of the view', () => {
  const { check } = create({ scopes: { '': ['mcp:use'], all: ['mcp:use', 'mcp:all'] } })
  const use = { id: 'ada', scopes: ['mcp:use'] }
  expect(check(use, '', request())).toBeUndefined()
  expect(check(use, 'database', request())).toBeUndefined()
  expect(check({ id: 'static' }, 'all', request())).toBeUndefined()

  const refused = check(use, 'all', request())
  expect(refused?.status).toBe(403)
  expect(refused?.headers['www-authenticate']).toBe(
    'Bearer error="insufficient_scope", resource_metadata="https://mcp.example.org/.well-known/oauth-protected-resource/mcp/all", scope="mcp:use mcp:all"',
  )
  expect(check({ id: 'ada', scopes: [] }, 'constructor', request())?.status).toBe(403)
})

it.each<{ options: Partial<AuthorizationOptions>; headers: Record<string, string>; url: string }>([
  {
    options: { audiences: ['http://localhost:5000/mcp', 'http://127.0.0.1:5000/mcp'] },
    headers: { host: '127.0.0.1:5000' },
    url: 'http://127.0.0.1:5000/mcp',
  },
  {
    options: { audiences: ['http://localhost:5000/mcp', 'http://127.0.0.1:5000/mcp'] },
    headers: { host: 'other:1' },
    url: 'http://localhost:5000/mcp',
  },
  {
    options: { audiences: ['urn:mcp'] },
    headers: { host: 'mcp.test:5000' },
    url: 'http://mcp.test:5000/mcp',
  },
  {
    options: { audiences: ['https://api.test/'], basePath: '/base' },
    headers: { host: 'mcp.test' },
    url: 'http://mcp.test/base/mcp',
  },
  {
    options: { audiences: ['urn:mcp'] },
    headers: { host: 'inner', 'x-forwarded-host': 'outer.test', 'x-forwarded-proto': 'https' },
    url: 'http://inner/mcp',
  },
  {
    options: { audiences: ['urn:mcp'], trustProxy: true },
    headers: {
      host: 'inner',
      'x-forwarded-host': 'outer.test, proxy',
      'x-forwarded-proto': 'https',
    },
    url: 'https://outer.test/mcp',
  },
  { options: { audiences: ['urn:mcp'] }, headers: { host: 'a"b c' }, url: 'http://localhost/mcp' },
])('has the resource $url for $headers', ({ options, headers, url }) => {
  const { body = '' } =
    create(options).metadata('/.well-known/oauth-protected-resource', request(headers)) ?? {}
  expect(JSON.parse(body)).toMatchObject({ resource: url })
})
