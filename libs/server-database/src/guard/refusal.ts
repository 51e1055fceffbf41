import { McpError } from '@mcp/protocol'

/** The most characters a statement may have; longer ones are data that belongs into params. */
export const maxStatementLength = 262_144

/** Line and column in a text, both from 1, as in an editor. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/** The line and column of an offset from 0, in UTF-16 units. */
export function textPosition(text: string, offset: number): TextPosition {
  const before = text.slice(0, Math.max(0, offset))
  const lastBreak = before.lastIndexOf('\n')
  let line = 1
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line += 1
  return { line, column: before.length - lastBreak }
}

/** The error for a construct that the database's mode, or what the caller promised, does not allow. */
export function notAllowed(sql: string, offset: number, what: string): McpError {
  return refusal('forbidden', 'statement-not-allowed', sql, offset, what)
}

/** The error for more than one statement. */
export function multipleStatements(sql: string, offset: number): McpError {
  const what = 'A second statement begins here. Send one statement at a time.'
  return refusal('forbidden', 'multiple-statements', sql, offset, what)
}

/** Returns the error for text that is not a valid statement. */
export function sqlSyntax(sql: string, offset: number, what: string): McpError {
  return refusal('invalid-params', 'sql-syntax', sql, offset, what)
}

/** Refuses what no parser should be given: nothing, a text too long, a zero character. */
export function checkText(sql: string): void {
  if (sql.length > maxStatementLength) {
    const message = `A statement has at most ${maxStatementLength} characters; this one has ${sql.length}. Hand data over as params.`
    throw new McpError('payload-too-large', message)
  }
  const zero = sql.indexOf('\0')
  if (zero !== -1) throw sqlSyntax(sql, zero, 'A statement holds no zero character.')
}

function refusal(
  code: 'forbidden' | 'invalid-params',
  reason: string,
  sql: string,
  offset: number,
  what: string,
): McpError {
  const { line, column } = textPosition(sql, offset)
  return new McpError(code, `Line ${line}, column ${column}: ${what}`, {
    details: { reason, line, column, position: offset + 1 },
  })
}
