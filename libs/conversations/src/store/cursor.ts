import { McpError } from '@mcp/protocol'

interface Position {
  readonly updatedAt: number
  readonly id: string
}

/** Returns the cursor of the page after a conversation. */
export function encodeCursor({ updatedAt, id }: Position): string {
  return `${updatedAt}.${id}`
}

/** @throws McpError `invalid-params` if the cursor is malformed. */
export function decodeCursor(cursor: string): Position {
  const [, updatedAt, id] = /^(\d{1,15})\.([\w-]{1,100})$/.exec(cursor) ?? []
  if (updatedAt !== undefined && id !== undefined) return { updatedAt: Number(updatedAt), id }
  throw new McpError('invalid-params', 'Invalid cursor. Use the "cursor" of the previous page.', {
    details: { path: ['cursor'] },
  })
}

/**
 * Whether a conversation is on the pages after a cursor. Always true without a cursor.
 *
 * @throws McpError `invalid-params` if the cursor is malformed.
 */
export function isAfterCursor({ updatedAt, id }: Position, cursor: string | undefined): boolean {
  if (cursor === undefined) return true
  const last = decodeCursor(cursor)
  return updatedAt < last.updatedAt || (updatedAt === last.updatedAt && id < last.id)
}
