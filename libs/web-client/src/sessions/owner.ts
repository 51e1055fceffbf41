import { createHash, randomBytes } from 'node:crypto'

import { McpError } from '@mcp/protocol'

import { createCookie } from './cookie.ts'

/** The owner of the data that the web client keeps for a caller, such as conversations. */
export interface Owner {
  /** Key of this data. It contains no secret. */
  readonly id: string
  /** Value of the header `Set-Cookie`. Set only if the owner is new. */
  readonly cookie?: string | undefined
}

/** The identity of an authenticated caller. */
export interface CallerIdentity {
  readonly id: string
}

export type OwnerOf = (request: Request, identity: CallerIdentity | undefined) => Owner

const principalPrefix = 'principal:'
const secretBytes = 32
/** At least 32 bytes as base64url. */
const secretPattern = /^[\w-]{43,200}$/
/** Maximum time for which browsers keep a cookie. */
const maxAgeSeconds = 400 * 24 * 60 * 60

/**
 * Creates a function that returns the owner of a request: the authenticated caller, otherwise the
 * secret in `X-MCP-Owner` or in the cookie, otherwise a new secret for the cookie. Only a digest of the
 * secret is kept, so that a copy of the data folder does not grant access.
 *
 * The function throws `invalid-params` if the header is malformed.
 */
export function createOwners({ basePath }: { readonly basePath: string }): OwnerOf {
  const cookie = createCookie({ name: 'mcp_owner', pattern: secretPattern, basePath })

  return (request, identity) => {
    if (identity !== undefined) return { id: `${principalPrefix}${identity.id}` }
    const header = request.headers.get('x-mcp-owner')
    if (header !== null) {
      if (!secretPattern.test(header)) throw invalidHeader()
      return { id: secretOwner(header) }
    }
    const known = cookie.read(request)
    if (known !== undefined) return { id: secretOwner(known) }
    const secret = randomBytes(secretBytes).toString('base64url')
    return { id: secretOwner(secret), cookie: cookie.write(secret, request, maxAgeSeconds) }
  }
}

/** Returns the id of the authenticated caller with this owner id; undefined for the owner id of a secret. */
export function callerOfOwner(ownerId: string): string | undefined {
  return ownerId.startsWith(principalPrefix) ? ownerId.slice(principalPrefix.length) : undefined
}

function secretOwner(secret: string): string {
  return `secret:${createHash('sha256').update(secret).digest('base64url')}`
}

function invalidHeader(): McpError {
  return new McpError(
    'invalid-params',
    `Invalid X-MCP-Owner header. Send ${secretBytes} or more random bytes as base64url (43 to 200 characters).`,
    { details: { header: 'X-MCP-Owner' } },
  )
}
