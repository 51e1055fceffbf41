import { McpError } from '@mcp/protocol'

/** Maximum length of a statement, in characters. Data belongs in params. */
export const maxStatementLength = 262_144

/** Line and column in a text, both from 1, as in an editor. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/** Returns the line and column of an offset from 0, in UTF-16 units. */
export function textPosition(text: string, offset: number): TextPosition {
  const before = text.slice(0, Math.max(0, offset))
  const lastBreak = before.lastIndexOf('\n')
  let line = 1
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line += 1
  return { line, column: before.length - lastBreak }
}

/** Returns the error for a construct that the mode or the access does not allow. */
export function notAllowed(sql: string, offset: number, what: string): McpError {
  return refusal('forbidden', 'statement-not-allowed', sql, offset, what)
}

/** Returns the error for more than one statement. */
export function multipleStatements(sql: string, offset: number): McpError {
  const what = 'A second statement starts here. Send one statement at a time.'
  return refusal('forbidden', 'multiple-statements', sql, offset, what)
}

/** Returns the error for text that is not a valid statement. */
export function sqlSyntax(sql: string, offset: number, what: string): McpError {
  return refusal('invalid-params', 'sql-syntax', sql, offset, what)
}

/** Refuses a statement that is too long or contains a null character, before a parser receives it. */
export function checkText(sql: string): void {
  if (sql.length > maxStatementLength) {
    const message = `A statement has at most ${maxStatementLength} characters; this one has ${sql.length}. Pass data as params.`
    throw new McpError('payload-too-large', message)
  }
  const zero = sql.indexOf('\0')
  if (zero !== -1) throw sqlSyntax(sql, zero, 'A statement must not contain a null character.')
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
