import type { Token } from '../lexer.ts'
import { readTokens } from '../lexer.ts'
import { sqliteLexicalRules } from './sqlite-lexer.ts'
import type { TokenFinding, TokenReading } from '../token-reading.ts'
import {
  findVerb,
  firstOfEachMode,
  isName,
  isSymbol,
  isWord,
  onlyStatement,
} from '../token-reading.ts'

/** Determines the effects of one statement of SQLite. */
export function readSqlite(sql: string): TokenReading {
  const tokens = onlyStatement(sql, readTokens(sql, sqliteLexicalRules))
  const start = afterExplain(tokens)
  return {
    ...classify(tokens, start),
    commitsImplicitly: false,
    findings: firstOfEachMode(dangerousUses(tokens)),
    possibleRoutines: [],
  }
}

function afterExplain(tokens: readonly Token[]): number {
  if (!isWord(tokens[0], 'EXPLAIN')) return 0
  return isWord(tokens[1], 'QUERY') && isWord(tokens[2], 'PLAN') ? 3 : 1
}

type Classified = Pick<TokenReading, 'kind' | 'name'>

function classify(tokens: readonly Token[], start: number): Classified {
  const { word, at } = findVerb(tokens, start)
  switch (word) {
    case 'SELECT':
    case 'VALUES':
      return { kind: 'read', name: word }
    case 'PRAGMA':
      return { kind: readsOnly(tokens, at + 1) ? 'read' : 'admin', name: pragmaName(tokens, at) }
    case 'INSERT':
    case 'REPLACE':
    case 'UPDATE':
    case 'DELETE':
      return { kind: 'data', name: word }
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
      return classifyDefinition(tokens, at)
    case 'ANALYZE':
    case 'REINDEX':
      return { kind: 'schema', name: word }
    case 'BEGIN':
    case 'COMMIT':
    case 'END':
    case 'ROLLBACK':
    case 'SAVEPOINT':
    case 'RELEASE':
      return { kind: 'never', name: word }
    default:
      return { kind: 'admin', name: word === '' ? 'This' : word }
  }
}

function classifyDefinition(tokens: readonly Token[], at: number): Classified {
  const rest = tokens.slice(at + 1)
  const object = rest.find((token) => isWord(token, 'TABLE', 'VIEW', 'INDEX', 'TRIGGER', 'VIRTUAL'))
  const isSchemaObject = isWord(object, 'TABLE', 'VIEW', 'INDEX')
  const name = `${tokens[at]?.word ?? ''} ${object?.word ?? ''}`.trim()
  return { kind: isSchemaObject ? 'schema' : 'admin', name }
}

/** Pragmas that only read, with or without an argument in parentheses. */
const readingPragmas = new Set(
  `TABLE_INFO TABLE_XINFO TABLE_LIST INDEX_LIST INDEX_INFO INDEX_XINFO FOREIGN_KEY_LIST FOREIGN_KEY_CHECK
   INTEGRITY_CHECK QUICK_CHECK COMPILE_OPTIONS COLLATION_LIST FUNCTION_LIST MODULE_LIST PRAGMA_LIST`.split(
    /\s+/,
  ),
)

/** Pragmas that only read if they have no argument. */
const pragmasWithoutArgument = new Set(
  `USER_VERSION SCHEMA_VERSION APPLICATION_ID ENCODING PAGE_COUNT PAGE_SIZE FREELIST_COUNT JOURNAL_MODE
   FOREIGN_KEYS RECURSIVE_TRIGGERS DATA_VERSION`.split(/\s+/),
)

function readsOnly(tokens: readonly Token[], at: number): boolean {
  const name = isSymbol(tokens[at + 1], '.') ? at + 2 : at
  const word = tokens[name]?.word ?? ''
  if (readingPragmas.has(word)) return !isSymbol(tokens[name + 1], '=')
  return pragmasWithoutArgument.has(word) && tokens.length === name + 1
}

function pragmaName(tokens: readonly Token[], at: number): string {
  const name = isSymbol(tokens[at + 2], '.') ? at + 3 : at + 1
  return `PRAGMA ${tokens[name]?.text ?? ''}`
}

/** Functions that access files or run code. */
const dangerousFunctions = new Set(
  `LOAD_EXTENSION WRITEFILE READFILE EDIT FTS3_TOKENIZER FSDIR ZIPFILE SQLAR_COMPRESS SQLAR_UNCOMPRESS
   ICU_LOAD_COLLATION`.split(/\s+/),
)

/** Tables that expose the raw pages of the file. */
const rawTables = new Set(['SQLITE_DBPAGE', 'SQLITE_DBDATA', 'SQLITE_DBPTR'])

function dangerousUses(tokens: readonly Token[]): readonly TokenFinding[] {
  return tokens.flatMap((token, index): TokenFinding[] => {
    if (!isName(token)) return []
    const isCalled = isSymbol(tokens[index + 1], '(')
    if (rawTables.has(token.word) || (isCalled && dangerousFunctions.has(token.word))) {
      const what = `${token.text} accesses files, code or raw pages`
      return [{ what, token, requires: 'admin' }]
    }
    const pragma = /^PRAGMA_(.+)$/.exec(token.word)?.[1]
    const isHidden =
      pragma !== undefined && !readingPragmas.has(pragma) && !pragmasWithoutArgument.has(pragma)
    return isHidden
      ? [
          {
            what: `${token.text} is not among the pragmas that may be read`,
            token,
            requires: 'admin',
          },
        ]
      : []
  })
}
