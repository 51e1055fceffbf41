import type { Authenticate } from '@mcp/http'
import { bearerAuthentication } from '@mcp/http'
import type { Tokens } from '@mcp/http'
import type { Authorization } from '@mcp/http/oauth'
import { McpError } from '@mcp/protocol'

import type { NetworkSettings } from './network-settings.ts'
import { settings } from './settings.ts'
import type { TokenFileOptions } from './token-file.ts'
import { openTokenFile } from './token-file.ts'

/** Returns the variables of an app that authenticates callers. Spread them into an app's schema. */
export const callerSettings = () => ({
  MCP_TOKENS: settings.MCP_TOKENS(),
  MCP_TOKENS_FILE: settings.MCP_TOKENS_FILE(),
  MCP_AUTH_ISSUER: settings.MCP_AUTH_ISSUER(),
  MCP_AUTH_AUDIENCE: settings.MCP_AUTH_AUDIENCE(),
  MCP_AUTH_SCOPES: settings.MCP_AUTH_SCOPES(),
})

export interface CallerSettings extends Pick<
  NetworkSettings,
  'MCP_ALLOWED_HOSTS' | 'MCP_PATH_PREFIX' | 'MCP_TRUST_PROXY'
> {
  readonly SESSION_MANAGER_PORT: number
  readonly MCP_TOKENS?: Readonly<Record<string, string>> | undefined
  readonly MCP_TOKENS_FILE?: string | undefined
  readonly MCP_AUTH_ISSUER?: string | undefined
  readonly MCP_AUTH_AUDIENCE?: readonly string[] | undefined
  readonly MCP_AUTH_SCOPES?: Readonly<Record<string, readonly string[]>> | undefined
}

/** Options of a service that are set from the variables of {@link callerSettings}. */
export interface CallerOptions {
  /** Undefined if callers need no token. */
  readonly authenticate: Authenticate | undefined
  /** Scopes for the routes that reach all operations. */
  readonly requiredScopes: readonly string[] | undefined
  /** The OAuth side of `/mcp`. Undefined without MCP_AUTH_ISSUER. */
  readonly authorization: Authorization | undefined
  /** Stops reading the file of tokens. */
  readonly close: () => void
}

export interface CallerContext extends Pick<TokenFileOptions, 'log'> {
  /** Receives an error if the keys of the issuer cannot be fetched. */
  readonly onError: (error: unknown) => void
}

/** @throws McpError `invalid-params` if the variables contradict one another, or the file of tokens is invalid. */
export async function callerOptions(
  config: CallerSettings,
  { log, onError }: CallerContext,
): Promise<CallerOptions> {
  const { MCP_AUTH_ISSUER: issuer, MCP_AUTH_SCOPES: scopes } = config
  // Checked before the file of tokens is watched.
  if (issuer === undefined) requireNoOAuth(config)
  const { tokens, close } = await openTokens(config, log)
  if (issuer === undefined) {
    const authenticate = tokens && bearerAuthentication({ tokens })
    return { authenticate, requiredScopes: undefined, authorization: undefined, close }
  }
  // Loaded on demand, because most installations have no authorization server.
  const { createAuthorization, jwtAuthentication } = await import('@mcp/http/oauth')
  const audiences = config.MCP_AUTH_AUDIENCE ?? endpointUrls(config)
  const authorization = createAuthorization({
    issuer,
    audiences,
    scopes,
    basePath: config.MCP_PATH_PREFIX,
    trustProxy: config.MCP_TRUST_PROXY,
  })
  return {
    authenticate: jwtAuthentication({ tokens, issuer, audiences, onError }),
    requiredScopes: authorization.scopesOf('all'),
    authorization,
    close,
  }
}

/** Returns the tokens of the variable and of the file. */
async function openTokens(
  { MCP_TOKENS: tokens, MCP_TOKENS_FILE: path }: CallerSettings,
  log: TokenFileOptions['log'],
): Promise<{ readonly tokens: Tokens | undefined; readonly close: () => void }> {
  if (path === undefined) return { tokens, close() {} }
  const file = await openTokenFile(path, { log })
  const fixed = new Map(Object.entries(tokens ?? {}))
  return {
    tokens(token) {
      const id = fixed.get(token) ?? file.find(token)
      return id === undefined ? undefined : { id }
    },
    close: () => file.close(),
  }
}

function requireNoOAuth(config: CallerSettings): void {
  for (const variable of ['MCP_AUTH_AUDIENCE', 'MCP_AUTH_SCOPES'] as const) {
    if (config[variable] === undefined) continue
    throw new McpError(
      'invalid-params',
      `${variable} has no effect without MCP_AUTH_ISSUER: set MCP_AUTH_ISSUER, or remove ${variable}.`,
    )
  }
}

/**
 * Returns the URLs by which callers may reach `/mcp`. They do not depend on the `Host` of a request, which
 * a caller could set to the audience of a token for another service.
 */
function endpointUrls(config: CallerSettings): readonly string[] {
  const {
    SESSION_MANAGER_PORT: port,
    MCP_ALLOWED_HOSTS: hosts,
    MCP_PATH_PREFIX: prefix = '',
  } = config
  const local = ['localhost', '127.0.0.1', '[::1]'].map((name) => `http://${name}:${port}`)
  const remote = hosts.flatMap((host) => [
    `https://${host}`,
    host.includes(':') ? `http://${host}` : `http://${host}:${port}`,
  ])
  return [...local, ...remote].map((origin) => `${origin}${prefix}/mcp`)
}
