import type { Credentials } from '@mcp/http'
import type { MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { CallerIdentity } from '../sessions/owner.ts'
import type { AppContext } from './app.ts'

/** Returns the identity of a caller from its headers, or undefined if it is not authenticated. */
export type AuthenticateCaller = (request: Credentials) => MaybePromise<CallerIdentity | undefined>

/** Returns the identity of a caller. Undefined if callers are not authenticated. */
export type Admit = (context: AppContext) => Promise<CallerIdentity | undefined>

/** Returns the function that authenticates the caller of a request. */
export function createAdmission(authenticate: AuthenticateCaller | undefined): Admit {
  return async ({ req, env }) => {
    if (authenticate === undefined) return undefined
    const { isLoopback, address } = env
    const header = (name: string) => req.header(name)
    const identity = await authenticate({ header, peer: { isLoopback, address } })
    if (identity !== undefined) return identity
    throw authenticationRequired()
  }
}

function authenticationRequired(): McpError {
  return new McpError(
    'unauthenticated',
    'Authentication required: send "Authorization: Bearer <token>" with a token of MCP_TOKENS or MCP_AUTH_ISSUER.',
  )
}
