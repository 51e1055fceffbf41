import { McpError } from '@mcp/protocol'

/**
 * Throws if a change is based on a version that is no longer current.
 *
 * @throws McpError `conflict` if `ifMatch` is defined and differs from `current`. The details contain
 * both versions.
 */
export function checkMatch(
  subject: string,
  ifMatch: string | undefined,
  current: string | undefined,
): void {
  if (ifMatch === undefined || ifMatch === current) return
  const actual = current === undefined ? 'does not exist' : `is at version "${current}"`
  throw new McpError(
    'conflict',
    `Version mismatch: expected "${ifMatch.slice(0, 128)}", but ${subject} ${actual}. Read it again.`,
    {
      details: { ifMatch, current: current ?? null },
    },
  )
}
