import type { Authenticate } from '@mcp/http'
import { bearerAuthentication } from '@mcp/http'

import type { ListenOptions } from '../http/listen.ts'
import type { NetworkSettings } from './network-settings.ts'
import { networkOptions } from './network-settings.ts'
import { settings } from './settings.ts'

/** Returns the variables that configure the authentication of callers. Spread them into an app's schema. */
export const accessSettings = () => ({
  MCP_TOKENS: settings.MCP_TOKENS(),
  MCP_TOKENS_FILE: settings.MCP_TOKENS_FILE(),
  MCP_AUTH_ISSUER: settings.MCP_AUTH_ISSUER(),
  MCP_INTERNAL_TOKEN: settings.MCP_INTERNAL_TOKEN(),
  MCP_DIRECT_CALLS: settings.MCP_DIRECT_CALLS(),
})

export interface AccessSettings {
  readonly MCP_TOKENS?: Readonly<Record<string, string>> | undefined
  readonly MCP_TOKENS_FILE?: string | undefined
  readonly MCP_AUTH_ISSUER?: string | undefined
  readonly MCP_INTERNAL_TOKEN?: string | undefined
  readonly MCP_DIRECT_CALLS: boolean
}

/** Options of a server that are set from the variables of {@link accessSettings}. */
export interface AccessOptions {
  readonly serviceToken: string | undefined
  readonly authenticate: Authenticate | undefined
  readonly allowDirectCalls: boolean
  readonly maxBodyBytes: number
}

export function accessOptions(
  config: AccessSettings & Pick<NetworkSettings, 'MCP_MAX_BODY_BYTES'>,
): AccessOptions {
  const { MCP_TOKENS: tokens, MCP_INTERNAL_TOKEN, MCP_DIRECT_CALLS } = config
  return {
    serviceToken: MCP_INTERNAL_TOKEN,
    // A server accepts only the tokens of MCP_TOKENS. The tokens of an issuer or a file are for the session
    // manager, which checks scopes and the policy. If only these are configured, the server still refuses
    // anonymous callers.
    authenticate: hasCallers(config) ? bearerAuthentication({ tokens }) : undefined,
    allowDirectCalls: MCP_DIRECT_CALLS,
    maxBodyBytes: config.MCP_MAX_BODY_BYTES,
  }
}

/** Returns {@link networkOptions}, and `authenticated`, which is true if all callers must authenticate. */
export function serverNetworkOptions(
  config: AccessSettings & NetworkSettings,
): Omit<ListenOptions, 'service' | 'port'> {
  const { MCP_INTERNAL_TOKEN: serviceToken, MCP_DIRECT_CALLS } = config
  const hasSecret = hasCallers(config) || serviceToken !== undefined
  return { ...networkOptions(config), authenticated: hasSecret && !MCP_DIRECT_CALLS }
}

function hasCallers(config: AccessSettings): boolean {
  const { MCP_TOKENS: tokens, MCP_TOKENS_FILE: file, MCP_AUTH_ISSUER: issuer } = config
  return tokens !== undefined || file !== undefined || issuer !== undefined
}
