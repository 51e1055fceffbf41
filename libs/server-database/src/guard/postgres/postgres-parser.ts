import { McpError } from '@mcp/protocol'

import { asList, asNode } from './parse-node.ts'
import type { PostgresReading } from './postgres-reading.ts'
import { readPostgresTree } from './postgres-reading.ts'
import { multipleStatements, sqlSyntax } from '../refusal.ts'

/**
 * Parses one statement with PostgreSQL's own parser and determines its effects.
 *
 * @throws McpError if `sql` is not exactly one valid statement.
 */
export async function parsePostgres(sql: string): Promise<PostgresReading> {
  const { parse, SqlError } = await import('libpg-query')
  let parsed: unknown
  try {
    parsed = await parse(sql)
  } catch (error) {
    if (error instanceof SqlError) {
      const offset = unitsOf(sql, error.sqlDetails?.cursorPosition ?? 0)
      throw sqlSyntax(sql, offset, `${error.message}.`)
    }
    // The parser is recursive, and WebAssembly throws a RangeError when the stack is full.
    if (error instanceof RangeError) {
      throw new McpError('invalid-params', 'The statement is nested too deeply to be read.', {
        details: { reason: 'sql-syntax' },
        cause: error,
      })
    }
    throw error
  }
  const [first, second] = asList(asNode(parsed)['stmts']).map(asNode)
  if (first === undefined) throw sqlSyntax(sql, 0, 'Missing statement.')
  if (second !== undefined) throw multipleStatements(sql, offsetOfByte(sql, startOf(second)))
  return readPostgresTree(asNode(first['stmt']), startOf(first))
}

/** Converts an offset in UTF-8 bytes to an offset in UTF-16 units, and moves it after white space. */
export function offsetOfByte(sql: string, byte: number): number {
  const offset = Buffer.from(sql).subarray(0, byte).toString().length
  return offset + (/^\s*/.exec(sql.slice(offset))?.[0].length ?? 0)
}

// Converts a number of code points, which the parser reports, to a number of UTF-16 units.
function unitsOf(sql: string, characters: number): number {
  return Array.from(sql).slice(0, Math.max(0, characters)).join('').length
}

function startOf(statement: Readonly<Record<string, unknown>>): number {
  const start = statement['stmt_location']
  return typeof start === 'number' ? start : 0
}
