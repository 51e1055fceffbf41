import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { isMisspellingOf } from './is-misspelling.ts'
import type { Environment } from './read-environment.ts'
import { describeEnvironment, readEnvironment } from './read-environment.ts'
import { settings } from './settings.ts'

const schema = z.object({
  CLIENT_PORT: settings.CLIENT_PORT(),
  LOG_LEVEL: settings.LOG_LEVEL(),
  LLM_API_KEY: z.string().optional(),
  MCP_ALLOWED_HOSTS: settings.MCP_ALLOWED_HOSTS(),
  MCP_TRUST_PROXY: settings.MCP_TRUST_PROXY(),
  MCP_TOKENS: settings.MCP_TOKENS(),
  TOOLS_SERVER_URL: settings.TOOLS_SERVER_URL(),
})

function errorMessage(env: Environment): string {
  try {
    readEnvironment(schema, { env })
  } catch (thrown) {
    if (McpError.is(thrown)) return thrown.message
  }
  return 'none'
}

it('has a default for each optional variable', () => {
  expect(readEnvironment(schema, { env: {} })).toEqual({
    CLIENT_PORT: 8080,
    LOG_LEVEL: 'info',
    MCP_ALLOWED_HOSTS: [],
    MCP_TRUST_PROXY: false,
  })
})

it('reads numbers, lists, switches, tokens and levels as Python writes them', () => {
  const env = {
    CLIENT_PORT: '0',
    LOG_LEVEL: 'WARNING',
    MCP_ALLOWED_HOSTS: 'a.example, b.example',
    MCP_TRUST_PROXY: 'true',
    MCP_TOKENS: 'ann:the-first-secret,bob:the-second:secret',
    TOOLS_SERVER_URL: 'http://one:5003,http://two:5003',
  }
  expect(readEnvironment(schema, { env })).toEqual({
    CLIENT_PORT: 0,
    LOG_LEVEL: 'warn',
    MCP_ALLOWED_HOSTS: ['a.example', 'b.example'],
    MCP_TRUST_PROXY: true,
    MCP_TOKENS: { 'the-first-secret': 'ann', 'the-second:secret': 'bob' },
    TOOLS_SERVER_URL: ['http://one:5003', 'http://two:5003'],
  })
})

it('does not repeat the password of any other URL in its error', () => {
  const schema = z.object({ HTTP_PROXY: z.url({ protocol: /^https?$/, error: 'must be a URL' }) })
  const read = () => readEnvironment(schema, { env: { HTTP_PROXY: 'socks5://ada:s3cret@proxy:1' } })
  expect(read).toThrow('HTTP_PROXY is "socks5://[redacted]@proxy:1": must be a URL')
})

it('does not repeat the password of a database URL in its error', () => {
  const database = z.object({ DATABASE_URL: z.url({ protocol: /^postgres$/, error: 'is wrong' }) })
  const env = { DATABASE_URL: 'postgrs://user:hunter2@host/db' }
  expect(() => readEnvironment(database, { env })).toThrow('DATABASE_URL is set: is wrong')
})

it('reads further servers and their replicas', () => {
  const servers = z.object({ SERVER_URLS: settings.SERVER_URLS() })
  const SERVER_URLS = 'weather=http://a:5008, tides=http://b:5009/x?y=z, weather=http://c:5008'
  expect(readEnvironment(servers, { env: { SERVER_URLS } }).SERVER_URLS).toEqual([
    { name: 'weather', urls: ['http://a:5008', 'http://c:5008'] },
    { name: 'tides', urls: ['http://b:5009/x?y=z'] },
  ])
  const env = { SERVER_URLS: 'http://a:5008' }
  expect(() => readEnvironment(servers, { env })).toThrow('must look like name=http://host:port')
})

it('reads proxy variables in lower case too', () => {
  const proxies = z.object({ HTTPS_PROXY: z.string().optional(), NO_PROXY: z.string().optional() })
  const env = { https_proxy: 'http://proxy:3128', http_proxy: 'http://proxy:3128', NO_PROXY: 'a' }
  expect(readEnvironment(proxies, { env })).toEqual({
    HTTPS_PROXY: 'http://proxy:3128',
    NO_PROXY: 'a',
  })
})

it('treats an empty variable as not set', () => {
  expect(readEnvironment(schema, { env: { CLIENT_PORT: '', LLM_API_KEY: ' ' } })).toMatchObject({
    CLIENT_PORT: 8080,
  })
})

it('lists each invalid variable with the expected form', () => {
  const message = errorMessage({ CLIENT_PORT: 'abc', LOG_LEVEL: 'loud', TOOLS_SERVER_URL: 'tools' })
  expect(message).toContain('CLIENT_PORT is "abc": must be a port, a number from 0 to 65535.')
  expect(message).toContain('LOG_LEVEL is "loud": must be one of trace, debug, info')
  expect(message).toContain('TOOLS_SERVER_URL is "tools": must be an http or https URL.')
})

it('states the place inside a variable that holds JSON', () => {
  const entries = z.array(z.strictObject({ name: z.string(), folder: z.string() }))
  const field = z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(entries)
  const env = { DATABASES: '[{"name":"a","folder":"f"},{"name":"b","url":"u"}]' }
  expect(() => readEnvironment(z.object({ DATABASES: field }), { env })).toThrow(
    /DATABASES is set: DATABASES\[1\]\.folder: Invalid input.*DATABASES is set: DATABASES\[1\]: Unrecognized key: "url"/,
  )
})

it('does not repeat an invalid secret', () => {
  const message = errorMessage({ MCP_TOKENS: 'hunter2' })
  expect(message).toContain('MCP_TOKENS is set: must look like name:token,name:token.')
  expect(message).not.toContain('hunter2')
})

it.each([
  ['ann:the-first-secret,bob:hunter2', 'has a token of fewer than 16 characters in entry 2'],
  ['ann:the-first-secret,bob:hunter2 and some more', 'has a token with a space in entry 2'],
  ['ann:hunter2-hunter2-1,bob:hunter2-hunter2-1', 'assigns the same token to two names'],
])('refuses the tokens %s', (MCP_TOKENS, problem) => {
  const message = errorMessage({ MCP_TOKENS })
  expect(message).toContain(`MCP_TOKENS is set: ${problem}.`)
  expect(message).not.toContain('hunter2')
})

it('suggests the intended name for a misspelt variable', () => {
  expect(errorMessage({ CLEINT_PORT: '8081' })).toContain(
    'CLEINT_PORT is not a known variable. Did you mean CLIENT_PORT?',
  )
  expect(errorMessage({ SESSION_MANAGER_PROT: '1' })).toContain(
    'Did you mean SESSION_MANAGER_PORT?',
  )
})

it('ignores the variables of other programs', () => {
  const env = {
    PATH: '/bin',
    HOSTNAME: 'x',
    PORT: '1',
    NODE_ENV: 'test',
    SESSION_MANAGER_HOST: 'x',
  }
  expect(errorMessage(env)).toBe('none')
})

it('warns about an unknown MCP_ variable', () => {
  const warnings: string[] = []
  const env = { MCP_COLOUR: 'red', MCP_DATA_DIR: '/data' }
  readEnvironment(schema, { env, onWarning: (message) => warnings.push(message) })
  expect(warnings).toEqual(['Unknown environment variable MCP_COLOUR: ignored'])
})

it('warns about known variables that a program does not read, if it is the whole system', () => {
  const env = { SERVER_URLS: 'weather', PROMPTS_SERVER_URL: 'http://x', ROOTS_SERVER_URL: '' }
  const warningsOf = (warnsOfUnread: boolean): string[] => {
    const warnings: string[] = []
    const onWarning = (message: string): void => void warnings.push(message)
    readEnvironment(schema, { env, warnsOfUnread, onWarning })
    return warnings
  }
  expect(warningsOf(true)).toEqual([
    'PROMPTS_SERVER_URL is set, but this program does not read it: ignored',
    'SERVER_URLS is set, but this program does not read it: ignored',
  ])
  expect(warningsOf(false)).toEqual([])
})

it('distinguishes a misspelling from another name', () => {
  expect(isMisspellingOf('client-port', 'CLIENT_PORT')).toBe(true)
  expect(isMisspellingOf('CLIENTPORT', 'CLIENT_PORT')).toBe(true)
  expect(isMisspellingOf('LLM_MODELS', 'LLM_MODEL')).toBe(true)
  expect(isMisspellingOf('LLM_APIKEY', 'LLM_API_KEY')).toBe(true)
  expect(isMisspellingOf('LLM_API_BASE', 'LLM_API_KEY')).toBe(false)
  expect(isMisspellingOf('POST', 'HOST')).toBe(false)
})

it('describes every setting', () => {
  const all = z.object(
    Object.fromEntries(Object.entries(settings).map(([name, create]) => [name, create()])),
  )
  const described = describeEnvironment(all)
  expect(described.filter(({ description }) => description === '')).toEqual([])
  expect(described).toContainEqual({
    name: 'SESSION_MANAGER_PORT',
    description: 'The port of the session manager.',
    default: '5000',
  })
})
