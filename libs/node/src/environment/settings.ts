import { builtinServers } from '@mcp/contracts'
import { defaultLimits } from '@mcp/protocol'
import * as z from 'zod'

import { isOrigin } from '../http/is-origin.ts'
import { isPathPrefix } from '../http/path-prefix.ts'
import { logLevels } from '../logging/log-level.ts'
import { minTokenLength, parseTokens } from './parse-tokens.ts'
import { splitList } from './split-list.ts'
import { parseViewScopes } from './view-scopes.ts'

/**
 * Schemas of the environment variables that several apps share. Each one is a function, because
 * building all schemas would slow down the start of every app.
 */
export const settings = {
  HOST: () =>
    z
      .string()
      .default('127.0.0.1')
      .describe(
        'The address to listen on: 127.0.0.1 for this machine only, 0.0.0.0 for all interfaces.',
      ),
  LOG_LEVEL: () =>
    z
      .string()
      .toLowerCase()
      .transform((level) => pythonLevels.get(level) ?? level)
      .pipe(z.enum(logLevels, `must be one of ${logLevels.join(', ')}`))
      .default('info')
      .describe(`The minimum level that is logged: ${logLevels.join(', ')}, in any case.`),
  CLIENT_PORT: () => port(8080, 'the client app: web client and REST API'),
  SESSION_MANAGER_PORT: () => port(5000, 'the session manager'),
  RESOURCES_SERVER_PORT: () => serverPort('resources'),
  SAMPLING_SERVER_PORT: () => serverPort('sampling'),
  TOOLS_SERVER_PORT: () => serverPort('tools'),
  DATABASE_SERVER_PORT: () => serverPort('database'),
  INTERNET_SERVER_PORT: () => serverPort('internet'),
  ROOTS_SERVER_PORT: () => serverPort('roots'),
  PROMPTS_SERVER_PORT: () => serverPort('prompts'),
  SESSION_MANAGER_URL: () =>
    httpUrl()
      .optional()
      .describe(
        'The URL of the session manager, for the client app. Not set: its port on this machine.',
      ),
  RESOURCES_SERVER_URL: () => serverUrls('resources'),
  SAMPLING_SERVER_URL: () => serverUrls('sampling'),
  TOOLS_SERVER_URL: () => serverUrls('tools'),
  DATABASE_SERVER_URL: () => serverUrls('database'),
  INTERNET_SERVER_URL: () => serverUrls('internet'),
  ROOTS_SERVER_URL: () => serverUrls('roots'),
  PROMPTS_SERVER_URL: () => serverUrls('prompts'),
  SERVER_URLS: () =>
    z
      .string()
      .transform(parseServerUrls)
      .default([])
      .describe('Further servers, as name=url,name=url. A repeated name adds a replica.'),
  MCP_TOKENS: () =>
    z
      .string()
      .transform(parseTokens)
      .optional()
      .describe(
        'Callers and their tokens of at least 16 characters, as name:token,name:token. Not set: all callers on this machine.',
      ),
  MCP_TOKENS_FILE: () =>
    z
      .string()
      .min(1, 'must not be empty')
      .optional()
      .describe(
        'A file with further callers and their tokens, as name:token in each line. It is read again when it changes. Not set: none.',
      ),
  MCP_AUTH_ISSUER: () =>
    httpUrl()
      .optional()
      .describe(
        'The OAuth authorization server whose tokens callers may use in addition to MCP_TOKENS, exactly as in the claim "iss". Not set: none.',
      ),
  MCP_AUTH_AUDIENCE: () =>
    z
      .string()
      .transform(splitList)
      .pipe(z.array(z.string()).min(1, 'must not be empty'))
      .optional()
      .describe(
        'The accepted values of the claim "aud" of tokens, separated by commas: the public URLs of /mcp, or the values that the issuer uses instead. Not set: the URLs of /mcp on this machine and on MCP_ALLOWED_HOSTS.',
      ),
  MCP_AUTH_SCOPES: () =>
    z
      .string()
      .transform(parseViewScopes)
      .optional()
      .describe(
        'The scopes that a token needs, as scope,view=scope,view=scope. The entry without a view is for all views that have no entry. The routes other than /mcp need the scopes of the view "all". Not set: none.',
      ),
  MCP_TOKEN: () =>
    z
      .string()
      .regex(/^\S*$/, 'must not contain spaces')
      .optional()
      .describe(
        'The token that "mcp stdio" sends to the hub: one of MCP_TOKENS. Set it in the configuration of the MCP client. Not set: no token.',
      ),
  MCP_INTERNAL_TOKEN: () =>
    z
      .string()
      .min(minTokenLength, `must have at least ${minTokenLength} characters`)
      .regex(/^\S*$/, 'must not contain spaces')
      .optional()
      .describe(
        'The secret with which the services sign their requests to one another. Not set: loopback connections count as internal.',
      ),
  MCP_SECRET: () =>
    z
      .string()
      .min(32, 'must have at least 32 characters')
      .optional()
      .describe(
        'Secret of the sessions and waiting calls of standard MCP clients, and of the keys of models and the logins at MCP servers in Redis. Processes that serve the same callers need the same one. Default: a random one, in Redis or in the data folder; keys and logins are then not shared.',
      ),
  MCP_DIRECT_CALLS: () =>
    flag(
      'Whether the servers accept anonymous callers in spite of MCP_TOKENS or MCP_INTERNAL_TOKEN.',
    ),
  MCP_ALLOWED_HOSTS: () =>
    z
      .string()
      .transform(splitList)
      .default([])
      .describe('Host names that callers may use in addition to localhost, separated by commas.'),
  MCP_ALLOWED_ORIGINS: () =>
    z
      .string()
      .transform(splitList)
      .pipe(z.array(z.string().refine(isOrigin, 'must be origins such as https://app.example.org')))
      .default([])
      .describe(
        'Origins whose pages may call, such as https://app.example.org, separated by commas.',
      ),
  MCP_METRICS_TOKEN: () =>
    z
      .string()
      .min(minTokenLength, `must have at least ${minTokenLength} characters`)
      .regex(/^\S*$/, 'must not contain spaces')
      .optional()
      .describe(
        'The token that /metrics needs. Not set: only callers on this machine may read the metrics, without a token.',
      ),
  MCP_ALLOW_ANONYMOUS: () =>
    flag('Whether to serve the network without MCP_TOKENS or MCP_AUTH_ISSUER.'),
  MCP_MAX_BODY_BYTES: () =>
    wholeNumber(1024, 256 * 1024 * 1024)
      .default(defaultLimits.maxBodyBytes)
      .describe(
        'The maximum size of a request body, in bytes. Set it to the same value for all services.',
      ),
  MCP_RATE_LIMIT: () =>
    wholeNumber(0, 1_000_000)
      .default(300)
      .describe(
        'The maximum number of requests per second of one principal, or of one address without tokens, averaged over 10 seconds; 0 for no limit. Anonymous callers on this machine are not limited.',
      ),
  MCP_TRUST_PROXY: () => flag('Whether to honour the X-Forwarded-* headers of a reverse proxy.'),
  MCP_PATH_PREFIX: () =>
    z
      .string()
      .refine(isPathPrefix, 'must be a path such as /hub, without a trailing slash')
      .optional()
      .describe('The path prefix under which a reverse proxy serves this program, such as /hub.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: () =>
    httpUrl()
      .optional()
      .describe(
        'The address of an OpenTelemetry collector, such as http://localhost:4318, which receives traces. Not set: no traces.',
      ),
  OTEL_TRACES_EXPORTER: () =>
    z
      .enum(['otlp', 'console', 'none'], 'must be otlp, console or none')
      .optional()
      .describe(
        'Where traces are sent: "otlp" to the collector, "console" to standard output, "none" nowhere. Not set: otlp if the address of a collector is set.',
      ),
  OTEL_SERVICE_NAME: () =>
    z
      .string()
      .optional()
      .describe('The name of the program in traces. Not set: the name of the program.'),
  OTEL_SDK_DISABLED: () => flag('Whether traces are off, in spite of the other variables.'),
  MCP_STARTER: () =>
    z
      .stringbool({ error: 'must be true or false' })
      .default(true)
      .describe(
        'Whether a new data folder gets starter content: notes in the workspace, a table with rows, resources and prompts.',
      ),
  MCP_DATA_DIR: () =>
    z
      .string()
      .default('.data')
      .describe('The folder for persistent data: sessions, the embedded database, files, prompts.'),
} as const

const pythonLevels: ReadonlyMap<string, string> = new Map([
  ['warning', 'warn'],
  ['critical', 'fatal'],
])

function port(defaultPort: number, program: string) {
  const error = 'must be a port, a number from 0 to 65535'
  return z.coerce
    .number(error)
    .int(error)
    .min(0, error)
    .max(65_535, error)
    .default(defaultPort)
    .describe(`The port of ${program}.`)
}

const serverPort = (name: keyof typeof builtinServers) =>
  port(builtinServers[name].port, `the ${name} server`)

const httpUrl = () => z.url({ protocol: /^https?$/, error: 'must be an http or https URL' })

const serverUrls = (name: keyof typeof builtinServers) =>
  z
    .string()
    .transform(splitList)
    .pipe(z.array(httpUrl()))
    .optional()
    .describe(
      `The URL of the ${name} server, for the session manager; several replicas are separated by commas. Not set: its port on this machine.`,
    )

function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`
  return z.coerce.number(error).int(error).min(min, error).max(max, error)
}

const flag = (description: string) =>
  z.stringbool({ error: 'must be true or false' }).default(false).describe(description)

/** A server that is not one of the seven built-in servers, with the URLs of its replicas. */
export interface ServerUrls {
  readonly name: string
  readonly urls: readonly string[]
}

function parseServerUrls(text: string, context: z.RefinementCtx): ServerUrls[] {
  const byName = new Map<string, string[]>()
  for (const entry of splitList(text)) {
    const [name = '', url = ''] = entry.split(/=(.*)/s)
    if (!/^[a-z][a-z0-9-]*$/.test(name) || !httpUrl().safeParse(url).success) {
      context.addIssue({ code: 'custom', message: 'must look like name=http://host:port,name=…' })
    }
    byName.set(name, [...(byName.get(name) ?? []), url])
  }
  return Array.from(byName, ([name, urls]) => ({ name, urls }))
}
