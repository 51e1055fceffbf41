import { sqlDialect } from '../../editor/languages.ts'
import type { TextSelection } from '../../editor/text-editor.ts'

/** A statement of a text, without the semicolon at its end. */
export interface LocatedStatement {
  readonly sql: string
  /** Position of the statement in the text. */
  readonly from: number
}

/**
 * Returns the selected text or, if nothing is selected, the statement at the cursor, or the last statement
 * before the cursor. Returns undefined if there is no such statement.
 */
export function statementAt(
  text: string,
  { from, to }: TextSelection,
  dialect: string,
): LocatedStatement | undefined {
  if (from < to) return trimStatement(text, from, to)
  let found: LocatedStatement | undefined
  const cursor = sqlDialect(dialect).language.parser.parse(text).cursor()
  if (!cursor.firstChild()) return undefined
  do {
    const statement =
      cursor.name === 'Statement' ? trimStatement(text, cursor.from, cursor.to) : undefined
    if (statement === undefined) continue
    if (found !== undefined && cursor.from > from) break
    found = statement
  } while (cursor.nextSibling())
  return found
}

function trimStatement(text: string, from: number, to: number): LocatedStatement | undefined {
  const part = text.slice(from, to)
  const start = part.length - part.trimStart().length
  const sql = part.trim().replace(/\s*;$/, '')
  return sql === '' ? undefined : { sql, from: from + start }
}
