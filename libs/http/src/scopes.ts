import { McpError } from '@mcp/protocol'

import type { Principal } from './authenticate.ts'

/**
 * Returns the error for a principal that lacks a required scope, otherwise undefined. A principal
 * without a list of scopes is not limited.
 */
export function missingScopes(
  { scopes }: Principal,
  required: readonly string[],
): McpError | undefined {
  if (scopes === undefined || required.every((scope) => scopes.includes(scope))) return undefined
  const names = required.map((scope) => `"${scope}"`).join(' and ')
  return new McpError(
    'forbidden',
    `The access token lacks a scope: request a token with ${names}.`,
    { details: { reason: 'insufficient-scope', expected: required } },
  )
}
