import { McpError } from '@mcp/protocol'

const mostItems = 1000
const usualItems = 100

/** @throws McpError `invalid-request` */
export function readPageQuery(query: URLSearchParams): {
  limit: number
  cursor: string | undefined
} {
  const text = query.get('limit') ?? String(usualItems)
  const limit = Number(text)
  if (!/^\d{1,4}$/.test(text) || limit < 1 || limit > mostItems) {
    throw new McpError('invalid-request', `limit must be a whole number from 1 to ${mostItems}.`, {
      details: { query: 'limit' },
    })
  }
  const cursor = query.get('cursor') ?? undefined
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) {
    throw new McpError('invalid-request', 'cursor must be the nextCursor of an earlier page.', {
      details: { query: 'cursor' },
    })
  }
  return { limit, cursor }
}

/**
 * The position a reader resumes from; `undefined` for one that starts afresh.
 *
 * @throws McpError `invalid-request`
 */
export function readLastEventId(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new McpError(
    'invalid-request',
    'Last-Event-ID must be the id of an event of this session, such as "42".',
    { details: { header: 'last-event-id' } },
  )
}
