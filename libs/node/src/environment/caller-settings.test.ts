import { McpError } from '@mcp/protocol'
import { loadedModules } from '@mcp/testing'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { callerOptions, callerSettings } from './caller-settings.ts'
import { networkSettings } from './network-settings.ts'
import { readEnvironment } from './read-environment.ts'
import type { Environment } from './read-environment.ts'
import { settings } from './settings.ts'

const schema = z.object({
  SESSION_MANAGER_PORT: settings.SESSION_MANAGER_PORT(),
  ...callerSettings(),
  ...networkSettings(),
})

const read = (env: Environment) => readEnvironment(schema, { env })
const optionsOf = async (env: Environment) => callerOptions(read(env), () => {})
const issuer = { MCP_AUTH_ISSUER: 'https://login.example.org' }

function problemOf(env: Environment): string {
  try {
    read(env)
  } catch (thrown) {
    if (McpError.is(thrown)) return thrown.message
  }
  return 'none'
}

it('reads the scopes of views', () => {
  const scopesOf = (MCP_AUTH_SCOPES: string) => read({ MCP_AUTH_SCOPES }).MCP_AUTH_SCOPES
  expect(scopesOf('mcp:use')).toEqual({ '': ['mcp:use'] })
  expect(scopesOf('all=mcp:all, database=db:read db:write')).toEqual({
    all: ['mcp:all'],
    database: ['db:read', 'db:write'],
  })
})

it.each(['=mcp:use', 'all=', 'a b"c', 'a/b=c', '__proto__=', 'all=a,all=b', 'a,b'])(
  'refuses the scopes %s',
  (MCP_AUTH_SCOPES) => {
    expect(problemOf({ MCP_AUTH_SCOPES })).toMatch(/MCP_AUTH_SCOPES.*(must look like|two entries)/s)
  },
)

it.each<[Environment, RegExp]>([
  [{ MCP_AUTH_ISSUER: 'login' }, /MCP_AUTH_ISSUER/],
  [{ ...issuer, MCP_AUTH_AUDIENCE: ' , ' }, /MCP_AUTH_AUDIENCE/],
])('refuses %o', (env, message) => {
  expect(problemOf(env)).toMatch(message)
})

it.each<[Environment, RegExp]>([
  [{ MCP_AUTH_SCOPES: 'mcp:use' }, /MCP_AUTH_SCOPES has no effect without MCP_AUTH_ISSUER/],
  [{ MCP_AUTH_AUDIENCE: 'urn:a' }, /MCP_AUTH_AUDIENCE has no effect without MCP_AUTH_ISSUER/],
  [{ MCP_AUTH_ISSUER: 'http://login.example.org' }, /must be an https URL/],
])('does not start with %o', async (env, message) => {
  await expect(optionsOf(env)).rejects.toThrow(message)
})

it('needs no token without MCP_TOKENS and MCP_AUTH_ISSUER', async () => {
  expect(await optionsOf({})).toEqual({
    authenticate: undefined,
    requiredScopes: undefined,
    authorization: undefined,
  })
})

it('authenticates by static tokens with and without an issuer', async () => {
  const MCP_TOKENS = 'ada:the-token-of-ada'
  for (const env of [{ MCP_TOKENS }, { MCP_TOKENS, ...issuer }]) {
    const { authenticate } = await optionsOf(env)
    expect(await authenticate?.({ header: () => 'Bearer the-token-of-ada' })).toEqual({ id: 'ada' })
    expect(await authenticate?.({ header: () => 'Bearer another-token' })).toBeUndefined()
  }
})

it('describes the endpoint by the host of the request, if it is one of the hosts of this service', async () => {
  const { authorization, requiredScopes } = await optionsOf({
    ...issuer,
    MCP_ALLOWED_HOSTS: 'mcp.example.org,other.example:8443',
    MCP_PATH_PREFIX: '/base',
    MCP_AUTH_SCOPES: 'mcp:use,all=mcp:all',
  })
  const resourceFor = (host: string): unknown => {
    const path = '/.well-known/oauth-protected-resource'
    const { body = '' } = authorization?.metadata(path, { header: () => host }) ?? {}
    return JSON.parse(body).resource
  }
  expect(resourceFor('127.0.0.1:5000')).toBe('http://127.0.0.1:5000/base/mcp')
  expect(resourceFor('mcp.example.org')).toBe('https://mcp.example.org/base/mcp')
  expect(resourceFor('other.example:8443')).toBe('https://other.example:8443/base/mcp')
  expect(resourceFor('evil.example')).toBe('http://localhost:5000/base/mcp')
  expect(requiredScopes).toEqual(['mcp:all'])
})

it.each([
  { name: 'nothing for OAuth without an issuer', env: {}, loads: false },
  { name: 'jose only for the first access token', env: issuer, loads: true },
])('loads $name', async ({ env, loads }) => {
  const config = {
    MCP_ALLOWED_HOSTS: [],
    MCP_TRUST_PROXY: false,
    SESSION_MANAGER_PORT: 5000,
    ...env,
  }
  const code = `
const { callerOptions } = await import('./caller-settings.ts')
await callerOptions(${JSON.stringify(config)}, () => {})`
  const loaded = await loadedModules(code, import.meta.dirname)
  expect(loaded.some((url) => url.includes('http/src/oauth'))).toBe(loads)
  expect(loaded).not.toContainEqual(expect.stringContaining('node_modules/jose'))
})
