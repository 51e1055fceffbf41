import { McpError } from '@mcp/protocol'

/** Positions by source. The text of all positions is the id of each event, such as `session=12&activity=5`. */
export type StreamPositions = Map<string, string>

/**
 * Reads the header `Last-Event-ID` of a stream with several sources.
 *
 * @throws McpError `invalid-request` if it is not the id of an event of such a stream.
 */
export function readPositions(text: string | undefined, names: readonly string[]): StreamPositions {
  const positions: StreamPositions = new Map()
  if (text === undefined || text === '') return positions
  for (const [name, position] of new URLSearchParams(text)) {
    if (!names.includes(name) || position === '' || positions.has(name)) throw invalidPosition()
    positions.set(name, position)
  }
  return positions
}

export function writePositions(positions: StreamPositions): string {
  return new URLSearchParams(Array.from(positions)).toString()
}

function invalidPosition(): McpError {
  return new McpError(
    'invalid-request',
    'Invalid Last-Event-ID: it must be the id of an event of this stream, such as "session=42&activity=7".',
    { details: { header: 'last-event-id' } },
  )
}
