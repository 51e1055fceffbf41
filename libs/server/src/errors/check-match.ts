import { McpError } from '@mcp/protocol'

/**
 * Refuses a change that was made from another state than the one that is there.
 *
 * @throws McpError `conflict`, with both values, where `ifMatch` is given and is not `current`.
 */
export function checkMatch(
  what: string,
  ifMatch: string | undefined,
  current: string | undefined,
): void {
  if (ifMatch === undefined || ifMatch === current) return
  const now = current === undefined ? 'is not there' : `is at "${current}"`
  throw new McpError(
    'conflict',
    `${what} ${now}, not at "${ifMatch.slice(0, 128)}"; read it again.`,
    {
      details: { ifMatch, current: current ?? null },
    },
  )
}
