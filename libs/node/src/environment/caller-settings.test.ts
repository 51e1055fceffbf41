import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { McpError } from '@mcp/protocol'
import { loadedModules } from '@mcp/testing'
import { expect, it, vi } from 'vitest'
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

const lines: string[] = []
const log = {
  info: (line: string) => void lines.push(line),
  warn: (line: string) => void lines.push(line),
}
const read = (env: Environment) => readEnvironment(schema, { env })
const optionsOf = async (env: Environment) => callerOptions(read(env), { log, onError() {} })
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

it('does not read the file of tokens if it does not start', async () => {
  const every = vi.spyOn(globalThis, 'setInterval')
  const folder = await mkdtemp(join(tmpdir(), 'mcp-tokens-'))
  try {
    const MCP_TOKENS_FILE = join(folder, 'tokens')
    await writeFile(MCP_TOKENS_FILE, 'ada:the-first-token-of-ada')
    await expect(optionsOf({ MCP_TOKENS_FILE, MCP_AUTH_SCOPES: 'mcp:use' })).rejects.toThrow(
      'MCP_AUTH_SCOPES has no effect',
    )
    expect(every).not.toHaveBeenCalled()
  } finally {
    every.mockRestore()
    await rm(folder, { recursive: true })
  }
})

it('needs no token without MCP_TOKENS and MCP_AUTH_ISSUER', async () => {
  expect(await optionsOf({})).toEqual({
    authenticate: undefined,
    requiredScopes: undefined,
    authorization: undefined,
    close: expect.any(Function),
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

it('reads the tokens of a file again when it changes, and keeps the last valid ones', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-tokens-'))
  const path = join(folder, 'tokens')
  await writeFile(path, '# callers\nada:the-first-token-of-ada\n\nben:the-token-of-ben-1\n')
  const env = { MCP_TOKENS: 'eve:the-token-of-eve-1', MCP_TOKENS_FILE: path }
  const { authenticate, close } = await optionsOf(env)
  const callerOf = async (token: string) =>
    (await authenticate?.({ header: () => `Bearer ${token}` }))?.id
  try {
    expect(await callerOf('the-first-token-of-ada')).toBe('ada')
    expect(await callerOf('the-token-of-eve-1')).toBe('eve')
    // During a rotation, both tokens of a caller are valid.
    await writeFile(path, 'ada:the-first-token-of-ada\nada:the-second-token-of-ada')
    await vi.waitFor(async () => expect(await callerOf('the-second-token-of-ada')).toBe('ada'))
    expect(await callerOf('the-first-token-of-ada')).toBe('ada')
    expect(await callerOf('the-token-of-ben-1')).toBeUndefined()
    await writeFile(path, 'ada:short')
    await vi.waitFor(() => expect(lines.at(-1)).toContain('fewer than 16 characters in entry 1'))
    await rm(path)
    await vi.waitFor(() => expect(lines.at(-1)).toContain('ENOENT'))
    expect(await callerOf('the-second-token-of-ada')).toBe('ada')
    expect(lines.join()).not.toContain('short')
  } finally {
    close()
    await rm(folder, { recursive: true })
  }
})

it.each([
  ['# none', 'Invalid MCP_TOKENS_FILE: it has no tokens.'],
  ['ada', 'Invalid MCP_TOKENS_FILE: it must look like name:token'],
])('does not start with the file %j', async (text, message) => {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-tokens-'))
  const MCP_TOKENS_FILE = join(folder, 'tokens')
  await expect(optionsOf({ MCP_TOKENS_FILE })).rejects.toThrow('Cannot read MCP_TOKENS_FILE')
  await writeFile(MCP_TOKENS_FILE, text)
  await expect(optionsOf({ MCP_TOKENS_FILE })).rejects.toThrow(message)
  await rm(folder, { recursive: true })
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
await callerOptions(${JSON.stringify(config)}, { onError() {} })`
  const loaded = await loadedModules(code, import.meta.dirname)
  expect(loaded.some((url) => url.includes('http/src/oauth'))).toBe(loads)
  expect(loaded).not.toContainEqual(expect.stringContaining('node_modules/jose'))
})
