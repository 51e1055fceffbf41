import { builtinServers } from '@mcp/contracts'
import * as z from 'zod'

import { isOrigin } from '../http/cross-origin.ts'
import { splitList } from './split-list.ts'

/**
 * Every variable that any of the apps reads: each app makes its schema of the ones it needs.
 * Built when they are called, since building all of them for each app would cost its start.
 */
export const settings = {
  HOST: () =>
    z
      .string()
      .default('127.0.0.1')
      .describe('The address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for all.'),
  LOG_LEVEL: () =>
    z
      .string()
      .toLowerCase()
      .transform((level) => pythonLevels.get(level) ?? level)
      .pipe(z.enum(logLevels, `must be one of ${logLevels.join(', ')}`))
      .default('info')
      .describe(`How much is logged: ${logLevels.join(', ')}; capitals are fine.`),
  CLIENT_PORT: () => port(8080, 'the client: its page and REST API'),
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
        'Where the client finds the session manager. Not set: at its port on this machine.',
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
      .describe(
        'Where further servers are, as name=url,name=url; a name given twice has replicas.',
      ),
  LLM_API_URL: () =>
    httpUrl()
      .optional()
      .describe('The base URL of an OpenAI-compatible API, such as https://api.openai.com/v1.'),
  LLM_API_KEY: () => z.string().optional().describe('The key for LLM_API_URL.'),
  LLM_MODEL: () => z.string().optional().describe('The model that answers prompts.'),
  LLM_PROVIDER: () =>
    z.string().optional().describe('A name for the provider, shown beside its answers.'),
  MCP_TOKENS: () =>
    z
      .string()
      .transform(parseTokens)
      .optional()
      .describe('Who may call, as name:token,name:token. Not set: everybody on this machine.'),
  MCP_INTERNAL_TOKEN: () =>
    z
      .string()
      .min(16, 'must have 16 characters or more')
      .optional()
      .describe('The secret that the services show one another. Not set: they trust loopback.'),
  MCP_ALLOWED_HOSTS: () =>
    z
      .string()
      .transform(splitList)
      .default([])
      .describe('Host names, besides localhost, that callers may use; commas between them.'),
  MCP_ALLOWED_ORIGINS: () =>
    z
      .string()
      .transform(splitList)
      .pipe(z.array(z.string().refine(isOrigin, 'must be origins such as https://app.example.org')))
      .default([])
      .describe(
        'Other sites whose pages may call, such as https://app.example.org; commas between.',
      ),
  MCP_ALLOW_ANONYMOUS: () => flag('Whether a HOST open to the network may do without MCP_TOKENS.'),
  MCP_TRUST_PROXY: () => flag('Whether the X-Forwarded-* headers of a proxy in front count.'),
  MCP_PATH_PREFIX: () =>
    z
      .string()
      .regex(/^(\/[\w.~-]+)+$/, 'must be a path such as /mcp, without a slash at its end')
      .optional()
      .describe('The path a proxy serves this under, such as /mcp.'),
  MCP_DATA_DIR: () =>
    z
      .string()
      .default('.data')
      .describe(
        'The folder that keeps what must outlast a restart: sessions, the database, files, prompts.',
      ),
} as const

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** How much a logger writes. */
export type LogLevel = (typeof logLevels)[number]

const pythonLevels: ReadonlyMap<string, string> = new Map([
  ['warning', 'warn'],
  ['critical', 'fatal'],
])

function port(preset: number, whose: string) {
  const error = 'must be a port, a number from 0 to 65535'
  return z.coerce
    .number(error)
    .int(error)
    .min(0, error)
    .max(65_535, error)
    .default(preset)
    .describe(`The port of ${whose}.`)
}

const serverPort = (name: keyof typeof builtinServers) =>
  port(builtinServers[name].port, `the ${name} server`)

const httpUrl = () => z.url({ protocol: /^https?$/, error: 'must be a URL with http or https' })

const serverUrls = (name: keyof typeof builtinServers) =>
  z
    .string()
    .transform(splitList)
    .pipe(z.array(httpUrl()))
    .optional()
    .describe(
      `Where the session manager finds the ${name} server; commas between replicas. Not set: at its port on this machine.`,
    )

const flag = (description: string) =>
  z.stringbool({ error: 'must be true or false' }).default(false).describe(description)

/** Where a server is that is not one of the seven. */
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

/** The caller's name by its token. */
function parseTokens(text: string, context: z.RefinementCtx): Record<string, string> {
  const entries = splitList(text).map((entry) => {
    const colon = entry.indexOf(':')
    if (colon < 1 || colon === entry.length - 1) {
      context.addIssue({ code: 'custom', message: 'must look like name:token,name:token' })
    }
    return [entry.slice(colon + 1), entry.slice(0, colon)]
  })
  if (new Set(entries.map(([token]) => token)).size < entries.length) {
    context.addIssue({ code: 'custom', message: 'gives one token to two names' })
  }
  return Object.fromEntries(entries)
}
