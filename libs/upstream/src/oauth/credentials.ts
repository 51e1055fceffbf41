import { isRecord } from '@mcp/protocol'
import type { StoredOAuthClientInformation, StoredOAuthTokens } from '@modelcontextprotocol/client'
import * as z from 'zod'

/** A login that a user has not completed yet. */
export const pendingLoginSchema = z.object({
  /** Identifies the response of the authorization server. */
  state: z.string(),
  codeVerifier: z.string(),
  /** Address at which a user completes the login. */
  url: z.string(),
  /** Reason for which the login is needed. */
  reason: z.string(),
  /** The client that was registered for this login. Default: the one of the tokens. */
  client: z.custom<StoredOAuthClientInformation>(isClient).optional(),
  /** Scope that the login requests. */
  scope: z.string().optional(),
  /** Time at which the login was started, in milliseconds since the epoch. */
  since: z.number(),
  /**
   * Whether an operator or a missing permission requires the login. A renewal of the token does not make it
   * unnecessary.
   */
  isRequested: z.boolean().optional(),
})

export type PendingLogin = z.output<typeof pendingLoginSchema>

/** The secrets of the hub at one upstream server. */
export const credentialsSchema = z.object({
  /** Address of the server. The credentials of another address are not used. */
  serverUrl: z.string(),
  /** Address of the callback for which the client was registered. */
  redirectUrl: z.string().optional(),
  client: z.custom<StoredOAuthClientInformation>(isClient).optional(),
  tokens: z.custom<StoredOAuthTokens>(areTokens).optional(),
  /** Time at which the tokens were issued, in milliseconds since the epoch. */
  issuedAt: z.number().default(0),
  authorizationServerUrl: z.string().optional(),
  resourceMetadataUrl: z.string().optional(),
  pending: pendingLoginSchema.optional(),
})

export type Credentials = z.output<typeof credentialsSchema>

/** Time that a user has to complete a requested login while the tokens are renewed. */
const requestedLoginMs = 60 * 60 * 1000

/** Returns the pending login if a renewal of the token must keep it. */
export function requestedLogin({ pending }: Credentials, now: number): PendingLogin | undefined {
  const isKept = pending?.isRequested === true && now - pending.since < requestedLoginMs
  return isKept ? pending : undefined
}

function isClient(value: unknown): boolean {
  return isRecord(value) && typeof value['client_id'] === 'string'
}

function areTokens(value: unknown): boolean {
  return isRecord(value) && typeof value['access_token'] === 'string'
}
