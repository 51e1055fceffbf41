import { McpError } from '@mcp/protocol'

const maxLimit = 1000
const defaultLimit = 100

/**
 * Reads the parameters `limit` and `cursor`.
 *
 * @throws McpError `invalid-request`
 */
export function readPageQuery(query: URLSearchParams): {
  limit: number
  cursor: string | undefined
} {
  const text = query.get('limit') ?? String(defaultLimit)
  const limit = Number(text)
  if (!/^\d{1,4}$/.test(text) || limit < 1 || limit > maxLimit) {
    throw new McpError('invalid-request', `limit must be an integer from 1 to ${maxLimit}.`, {
      details: { query: 'limit' },
    })
  }
  return { limit, cursor: query.get('cursor') ?? undefined }
}

/**
 * Returns the cursor from which a client resumes, or `undefined` if it starts a new stream.
 *
 * @throws McpError `invalid-request`
 */
export function readLastEventId(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  if (/^\d{1,16}(\.\d{1,16})?$/.test(text)) return text
  throw new McpError(
    'invalid-request',
    'Invalid Last-Event-ID: it must be the id of an event of this session, such as "42".',
    { details: { header: 'last-event-id' } },
  )
}
