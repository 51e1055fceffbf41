import { isRecord, McpError, parseJson } from '@mcp/protocol'

import type { Principal } from './authenticate.ts'
import { contextHeaders } from './context-headers.ts'

export type Claims = Readonly<Record<string, unknown>>

/** Servers refuse requests with more than 16 KiB of headers. */
const maxLength = 4096

// A principal is authenticated once and used for many requests. One object per principal also lets
// caches compare claims by identity.
const claimsByPrincipal = new WeakMap<Principal, Claims>()
const noClaims: Claims = {}

/** Returns the claims of a principal, or undefined if it has none. */
export function claimsOf(principal: Principal | undefined): Claims | undefined {
  if (principal === undefined) return undefined
  let claims = claimsByPrincipal.get(principal)
  if (claims === undefined) {
    const { id: _id, ...others } = principal
    const known = Object.entries(others).filter(([, value]) => value !== undefined)
    claims = known.length === 0 ? noClaims : Object.fromEntries(known)
    claimsByPrincipal.set(principal, claims)
  }
  return claims === noClaims ? undefined : claims
}

/**
 * Encodes claims as the value of a header: JSON in ASCII. If the value is too long, encodes only the roles
 * and the tenant. Returns undefined if these are too long, too, because a server must not see a part of a
 * list.
 */
export function encodeClaims(claims: Claims): string | undefined {
  const { roles, tenant } = claims
  return [claims, { roles, tenant }].map(encode).find((value) => value.length <= maxLength)
}

function encode(claims: Claims): string {
  return JSON.stringify(claims).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/**
 * Decodes the value of a header that {@link encodeClaims} encoded.
 *
 * @throws McpError `invalid-request` if the value is invalid.
 */
export function decodeClaims(value: string): Claims {
  try {
    const claims = parseJson(value)
    if (isRecord(claims)) return claims
  } catch (cause) {
    throw invalidHeader(cause)
  }
  throw invalidHeader()
}

function invalidHeader(cause?: unknown): McpError {
  return new McpError(
    'invalid-request',
    `Invalid ${contextHeaders.claims} header: it must be a JSON object such as {"roles":["admin"]}.`,
    { details: { header: contextHeaders.claims }, cause },
  )
}
