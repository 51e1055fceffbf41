import { McpError } from '@mcp/protocol'

/**
 * Maximum size of one row or message, in bytes as the database sends it. The parameter `maxBytes` of a
 * query allows at most 2 MiB of JSON. Databases send bytes as hexadecimal text, which is longer than
 * their base64 in JSON, so up to twice as many bytes are received.
 */
export const maxRowBytes = 4 * 1024 * 1024

/**
 * Size of a batch of rows, in bytes, at which an engine stops reading. Unread rows remain in the database,
 * so that the memory of a batch does not depend on the size of its rows.
 */
export const maxBatchBytes = 4 * 1024 * 1024

/** Maximum length of an error message, in characters. Databases repeat values of any size in messages. */
const maxErrorLength = 2000

/** Cuts an error message of a database to the maximum length. */
export function cutMessage(text: string): string {
  return text.length <= maxErrorLength ? text : `${text.slice(0, maxErrorLength)}…`
}

/** Returns the error of a row or message over {@link maxRowBytes}. */
export function rowTooLarge(): McpError {
  return new McpError(
    'payload-too-large',
    'A row or message of the database exceeds 4 MiB. Select fewer columns or parts of the values.',
    { details: { limitBytes: maxRowBytes } },
  )
}
