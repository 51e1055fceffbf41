import type { Token } from '../lexer.ts'
import { readTokens } from '../lexer.ts'
import { mysqlLexicalRules } from './mysql-lexer.ts'
import {
  dangerousFunctions,
  harmlessFunctions,
  plainWords,
  readableShows,
  readableVariables,
  functionsOfSomeServers,
  geometryFunction,
  readableSchemaTables,
  reservedWords,
} from './mysql-names.ts'
import type { TokenFinding, TokenReading } from '../token-reading.ts'
import {
  afterParentheses,
  calledNames,
  findVerb,
  firstOfEachMode,
  isName,
  isSymbol,
  isWord,
  onlyStatement,
} from '../token-reading.ts'

/** Determines the effects of one statement of MySQL or MariaDB. */
export function readMysql(sql: string): TokenReading {
  const tokens = onlyStatement(sql, readTokens(sql, mysqlLexicalRules))
  const { kind, name } = classify(tokens, 0)
  const findings = [...executedComments(tokens), ...sideEffects(tokens, kind)]
  if (kind === 'read' || kind === 'data') findings.push(...restrictedUses(tokens, kind))
  if (kind === 'schema') findings.push(...fileTables(tokens))
  findings.push(...calls(tokens, kind))
  return {
    kind,
    name,
    commitsImplicitly: commitsImplicitly(tokens),
    findings: firstOfEachMode(findings),
    possibleRoutines: kind === 'read' ? possibleRoutines(tokens) : [],
  }
}

type Classified = Pick<TokenReading, 'kind' | 'name'>

const explains = new Set(['EXPLAIN', 'DESCRIBE', 'DESC'])

function classify(tokens: readonly Token[], start: number): Classified {
  const { word, at } = findVerb(tokens, start)
  if (explains.has(word) || (word === 'ANALYZE' && !isMaintenance(tokens, at + 1))) {
    return classifyExplained(tokens, at + 1)
  }
  switch (word) {
    case 'SELECT':
    case 'VALUES':
      return { kind: 'read', name: word }
    case 'TABLE':
      return { kind: 'read', name: word }
    case 'SHOW':
      return classifyShow(tokens, at + 1)
    case 'INSERT':
    case 'REPLACE':
    case 'UPDATE':
    case 'DELETE':
      return { kind: 'data', name: word }
    case 'TRUNCATE':
      return { kind: 'schema', name: word }
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
    case 'RENAME':
      return classifyDefinition(tokens, at)
    default:
      return { kind: sessionStatements.has(word) ? 'never' : 'admin', name: nameOf(tokens[at]) }
  }
}

// Each of these statements has effects beyond its transaction. They would also affect the next session that
// uses the connection.
const sessionStatements = new Set(
  `BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE SET PREPARE EXECUTE DEALLOCATE USE LOCK UNLOCK XA
   HANDLER IF CASE LOOP REPEAT WHILE FOR DECLARE`.split(/\s+/),
)

const isMaintenance = (tokens: readonly Token[], at: number) =>
  isWord(tokens[at], 'TABLE', 'LOCAL', 'NO_WRITE_TO_BINLOG')

function classifyExplained(tokens: readonly Token[], start: number): Classified {
  let at = start
  for (;;) {
    if (isWord(tokens[at], 'EXTENDED', 'PARTITIONS', 'ANALYZE')) at += 1
    else if (isWord(tokens[at], 'FORMAT') && isSymbol(tokens[at + 1], '=')) at += 3
    else break
  }
  if (isWord(tokens[at], 'FOR')) return { kind: 'admin', name: 'EXPLAIN FOR CONNECTION' }
  const isStatement =
    isSymbol(tokens[at], '(') ||
    isWord(tokens[at], 'SELECT', 'WITH', 'VALUES', 'TABLE', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE')
  if (isStatement) return classify(tokens, at)
  return isName(tokens[at])
    ? { kind: 'read', name: 'DESCRIBE' }
    : { kind: 'admin', name: nameOf(tokens[at]) }
}

function classifyShow(tokens: readonly Token[], start: number): Classified {
  let at = start
  while (isWord(tokens[at], 'FULL', 'EXTENDED')) at += 1
  const what = tokens[at]
  const name = `SHOW ${what?.word ?? ''}`
  const isReadable =
    what?.kind === 'word' &&
    readableShows.has(what.word) &&
    (what.word !== 'CREATE' || isWord(tokens[at + 1], 'TABLE', 'VIEW', 'DATABASE', 'SCHEMA')) &&
    (what.word !== 'TABLE' || isWord(tokens[at + 1], 'STATUS'))
  return { kind: isReadable ? 'read' : 'admin', name }
}

const schemaObjects = new Set(['TABLE', 'TABLES', 'VIEW', 'INDEX', 'SEQUENCE'])
const definable = new Set([
  ...schemaObjects,
  ...'TRIGGER PROCEDURE FUNCTION EVENT PACKAGE USER ROLE DATABASE SCHEMA SERVER'.split(' '),
  ...'TABLESPACE LOGFILE INSTANCE RESOURCE SPATIAL_REFERENCE_SYSTEM UNDO'.split(' '),
])

function classifyDefinition(tokens: readonly Token[], at: number): Classified {
  const verb = nameOf(tokens[at])
  const object = tokens
    .slice(at + 1, at + 12)
    .find(({ kind, word }) => kind === 'word' && definable.has(word))
  const isSchemaObject = object !== undefined && schemaObjects.has(object.word)
  return { kind: isSchemaObject ? 'schema' : 'admin', name: `${verb} ${object?.word ?? ''}`.trim() }
}

const committingVerbs = new Set(
  'CREATE ALTER DROP RENAME TRUNCATE GRANT REVOKE FLUSH ANALYZE OPTIMIZE REPAIR INSTALL UNINSTALL'.split(
    ' ',
  ),
)

const commitsImplicitly = (tokens: readonly Token[]): boolean =>
  committingVerbs.has(tokens[0]?.word ?? '') &&
  (!isWord(tokens[0], 'ANALYZE') || isMaintenance(tokens, 1))

const nameOf = (token: Token | undefined): string => token?.word ?? 'This'

function executedComments(tokens: readonly Token[]): TokenFinding[] {
  return tokens
    .filter(({ kind }) => kind === 'active-comment')
    .map((token) =>
      token.text.startsWith('/*+')
        ? { what: 'An optimizer hint (/*+ … */) may change settings', token, requires: 'admin' }
        : { what: 'An executed comment (/*! … */, /*M! … */) hides SQL', token, requires: 'never' },
    )
}

function sideEffects(tokens: readonly Token[], kind: TokenReading['kind']): TokenFinding[] {
  const found: TokenFinding[] = []
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1]
    if (isSymbol(token, ':=')) {
      found.push({
        what: ':= sets a variable that outlives the statement',
        token,
        requires: 'admin',
      })
    } else if (isWord(token, 'INTO') && !isColumn(tokens, index)) {
      const isFile = isWord(next, 'OUTFILE', 'DUMPFILE')
      if (isFile) found.push({ what: `INTO ${next?.word} writes a file`, token, requires: 'admin' })
      else if (kind === 'read' || next?.kind === 'variable') {
        found.push({ what: 'SELECT … INTO stores its result', token, requires: 'admin' })
      }
    } else if (token.kind === 'variable' && token.text.startsWith('@@')) {
      if (!isReadable(tokens, index)) {
        found.push({
          what: `${token.text} is not among the settings that may be read`,
          token,
          requires: 'admin',
        })
      }
    }
  }
  return found
}

// A keyword directly after `name.` is a column. `1.INTO` is a number and a keyword.
function isColumn(tokens: readonly Token[], index: number): boolean {
  const [owner, dot, name] = [tokens[index - 2], tokens[index - 1], tokens[index]]
  const touches = owner?.end === dot?.start && dot?.end === name?.start
  const isOwner = owner?.kind === 'quoted' || (owner?.kind === 'word' && /^\D/.test(owner.text))
  return touches && isOwner && isSymbol(dot, '.')
}

function isReadable(tokens: readonly Token[], index: number): boolean {
  const name = tokens[index]?.text.slice(2).replace(/^(?:global|session|local)\./i, '') ?? ''
  return readableVariables.has(name.toUpperCase())
}

function restrictedUses(tokens: readonly Token[], kind: 'read' | 'data'): TokenFinding[] {
  const found: TokenFinding[] = []
  for (const [index, token] of tokens.entries()) {
    const [next, third] = [tokens[index + 1], tokens[index + 2]]
    if (isColumn(tokens, index)) continue
    const locks =
      (isWord(token, 'FOR') && isWord(next, 'UPDATE', 'SHARE')) ||
      (isWord(token, 'LOCK') && isWord(next, 'IN') && isWord(third, 'SHARE'))
    if (locks && kind === 'read') {
      found.push({
        what: 'FOR UPDATE, FOR SHARE and LOCK IN SHARE MODE lock rows',
        token,
        requires: 'data',
      })
    }
    if (isWord(token, 'NEXT') && isWord(next, 'VALUE') && isWord(third, 'FOR')) {
      found.push({ what: 'NEXT VALUE FOR changes a sequence', token, requires: 'data' })
    }
    if (isName(token) && isSymbol(next, '.') && isPrivate(token.word, third?.word)) {
      const what = `${token.word}.${third?.word ?? ''} reveals internals of the server`
      found.push({ what, token, requires: 'admin' })
    }
  }
  return found
}

function isPrivate(schema: string, table = ''): boolean {
  if (schema === 'INFORMATION_SCHEMA') return !readableSchemaTables.has(table)
  return schema === 'MYSQL' || schema === 'PERFORMANCE_SCHEMA' || schema === 'SYS'
}

// Finds definitions of tables in files or on other servers.
function fileTables(tokens: readonly Token[]): TokenFinding[] {
  return tokens.flatMap((token, index): TokenFinding[] => {
    const next = tokens[index + 1]
    const isFolder = isWord(token, 'DATA', 'INDEX') && isWord(next, 'DIRECTORY')
    const isRemote =
      isWord(token, 'CONNECTION') ||
      (isName(token) && /^(?:FEDERATED|CONNECT|SPIDER|S3)$/.test(token.word))
    return isFolder || isRemote
      ? [
          {
            what: `${token.word} creates a table in a file or on another server`,
            token,
            requires: 'admin',
          },
        ]
      : []
  })
}

function calls(tokens: readonly Token[], kind: TokenReading['kind']): TokenFinding[] {
  const found: TokenFinding[] = []
  for (const { token, index } of calledNames(tokens)) {
    const name = token.text
    if (dangerousFunctions.has(token.word)) {
      const what = `${name}(…) accesses files, programs or locks, or waits`
      found.push({ what, token, requires: 'admin' })
    } else if (kind === 'read' && !isHarmless(tokens, token, index)) {
      const what = `${name}(…) is not among the functions known to change nothing`
      found.push({ what, token, requires: 'data' })
    }
  }
  return found
}

function isHarmless(tokens: readonly Token[], token: Token, index: number): boolean {
  if (isKeyword(token) || namesColumns(tokens, index)) return true
  // `schema.f(…)` is always a stored function.
  if (isSymbol(tokens[index - 1], '.')) return false
  // With an argument, LAST_INSERT_ID sets the value that later calls on the connection return.
  if (token.word === 'LAST_INSERT_ID') return isSymbol(tokens[index + 2], ')')
  return harmlessFunctions.has(token.word) || geometryFunction.test(token.word)
}

const isKeyword = ({ kind, word }: Token) =>
  kind === 'word' && (reservedWords.has(word) || plainWords.has(word))

/** Returns the called names that can refer to stored functions on some servers. */
function possibleRoutines(tokens: readonly Token[]): readonly Token[] {
  const byName = new Map<string, Token>()
  for (const { token, index } of calledNames(tokens)) {
    if (!isBuiltIn(tokens, token, index)) byName.set(token.word, token)
  }
  return [...byName.values()]
}

function isBuiltIn(tokens: readonly Token[], token: Token, index: number): boolean {
  const [before, next] = [tokens[index - 1], tokens[index + 1]]
  if (token.kind === 'word' && reservedWords.has(token.word)) return true
  // In `f(x) OVER (…)` and `CAST(x AS DATETIME(6))`, OVER and DATETIME are not calls.
  if (isSymbol(before, ')') || isWord(before, 'AS') || namesColumns(tokens, index)) return true
  // A name such as `now` is not a built-in function if it is quoted or followed by white space.
  const isPlain = token.kind === 'word' && token.end === next?.start
  return isPlain && harmlessFunctions.has(token.word) && !functionsOfSomeServers.has(token.word)
}

/** Whether a name has a list of columns, as in `) AS d (a, b)`, `) d (a, b)` and `WITH d (a, b) AS (`. */
function namesColumns(tokens: readonly Token[], index: number): boolean {
  const [before, twoBefore] = [tokens[index - 1], tokens[index - 2]]
  if (isSymbol(before, ')') || (isWord(before, 'AS') && isSymbol(twoBefore, ')'))) return true
  const after = afterParentheses(tokens, index + 1)
  const isDefined = isWord(tokens[after], 'AS') && isSymbol(tokens[after + 1], '(')
  return isDefined && (isSymbol(before, ',') || isWord(before, 'WITH', 'RECURSIVE'))
}
