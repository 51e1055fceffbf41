/** An SQL statement. */
export interface SqlForm {
  readonly sql: string
  /**
   * Whether the statement only reads data. False if the statement can write in one of the dialects. A function
   * of the database may write nevertheless, so a read runs with an operation that refuses writes.
   */
  readonly isRead: boolean
}

const name = String.raw`(?:"[^"]+"|\`[^\`]+\`|\[[^\]]+\]|(?!(?:a|an|the|my|our|your|all|this|that|these|those)\b)[a-z_][\w$]*)`
const table = String.raw`${name}(?:\.${name}){0,2}`
const ifExists = String.raw`(?:if\s+(?:not\s+)?exists\s+)?`

const changes = [
  `insert\\s+(?:or\\s+\\w+\\s+)?into\\s+${table}\\s*(?:\\(|values\\b|select\\b|default\\s+values\\b)`,
  `replace\\s+into\\s+${table}\\s*(?:\\(|values\\b|select\\b)`,
  `update\\s+(?:or\\s+\\w+\\s+|only\\s+)?${table}\\s+(?:(?:as\\s+)?\\w+\\s+)?set\\s+${table}\\s*=`,
  `delete\\s+from\\s+${table}\\s*(?:$|(?:where|using|returning)\\b)`,
  `create\\s+(?:or\\s+replace\\s+)?(?:temp\\s+|temporary\\s+|unlogged\\s+)?table\\s+${ifExists}${table}\\s*(?:\\(|as\\b)`,
  `create\\s+(?:or\\s+replace\\s+)?(?:temp\\s+|temporary\\s+|materialized\\s+)?view\\s+${ifExists}${table}\\s*(?:\\([^)]*\\)\\s*)?as\\b`,
  `create\\s+(?:unique\\s+)?index\\s+(?:concurrently\\s+)?${ifExists}(?:${table}\\s+)?on\\s+${table}\\s*(?:using\\s+\\w+\\s*)?\\(`,
  `create\\s+schema\\s+${ifExists}${table}\\s*$`,
  `drop\\s+(?:table|(?:materialized\\s+)?view|index|schema|sequence|type)\\s+${ifExists}${table}(?:\\s*,\\s*${table})*(?:\\s+(?:cascade|restrict))?\\s*$`,
  `alter\\s+table\\s+${ifExists}${table}\\s+(?:add|drop|rename|alter|set|modify|change)\\b`,
  `truncate\\s+(?:table\\s+)?${table}(?:\\s*,\\s*${table})*(?:\\s+(?:cascade|restrict))?\\s*$`,
].map((source) => new RegExp(`^${source}`, 'i'))

const withQuery = new RegExp(
  `^with\\s+(?:recursive\\s+)?${table}\\s*(?:\\([^)]*\\)\\s*)?as\\s+(?:not\\s+)?(?:materialized\\s+)?\\(`,
  'i',
)

/**
 * Reads an SQL statement. A sentence that begins like a statement, such as "select a name for the cat", is not
 * an SQL statement. A final semicolon is removed.
 */
export function readSql(text: string): SqlForm | undefined {
  // Without the lookbehind, each position in a run of spaces starts a search: quadratic time.
  const sql = text.replace(/(?<![;\s])[;\s]+$/, '')
  const stripped = withoutLiterals(sql)
  if (stripped === undefined || stripped.bare.includes(';')) return undefined
  const { bare, isAmbiguous } = stripped
  const explained =
    /^explain\s+(?:analy[sz]e\s+|query\s+plan\s+|\([^)]*\)\s*)?/i.exec(bare)?.[0] ?? ''
  const form = readStatement(bare.slice(explained.length))
  if (form === undefined) return undefined
  // EXPLAIN ANALYZE runs the statement.
  const isPlan = explained !== '' && !/analy[sz]e/i.test(explained)
  return { sql, isRead: !isAmbiguous && (form.isRead || isPlan) }
}

function readStatement(bare: string): Pick<SqlForm, 'isRead'> | undefined {
  if (changes.some((pattern) => pattern.test(bare))) return { isRead: false }
  const tokens = bare.match(sqlToken) ?? []
  const isStatement =
    (withQuery.test(bare) && isWithQuery(tokens)) ||
    /^values\s*\(/i.test(bare) ||
    (/^select\b/i.test(bare) && isSelect(bare, tokens))
  return isStatement ? { isRead: !canWrite(tokens) } : undefined
}

/** A statement whose texts are replaced by '' and whose comments are removed. */
interface StrippedSql {
  readonly bare: string
  /** Whether the dialects disagree about the end of a text or a comment, so that `bare` may lack a part. */
  readonly isAmbiguous: boolean
}

/** Returns undefined if a single quote is not closed. */
function withoutLiterals(sql: string): StrippedSql | undefined {
  let isAmbiguous = false
  const bare = sql
    .replaceAll(/"[^"]*"|`[^`]*`|'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (found) => {
      // MySQL: a backslash escapes a quote, `--` needs a space, and the content of `/*! … */` is executed.
      isAmbiguous ||= /^(?:['"].*\\['"]|--\S|\/\*M?!)/s.test(found)
      if (found.startsWith("'")) return "''"
      return /^["`]/.test(found) ? found : ' '
    })
    .trim()
  if (bare.replaceAll(/"[^"]*"|`[^`]*`|''/g, '').includes("'")) return undefined
  // MySQL: `#` begins a comment. PostgreSQL: `$a$` begins a text. SQLite: `[…]` is a name.
  isAmbiguous ||= bare.includes('#') && sql.includes('\n')
  isAmbiguous ||= /\$\w*\$/.test(bare) || /\[[^'[\]]*'[^']*\]/.test(sql)
  return { bare, isAmbiguous }
}

const writing = new Set(['insert', 'update', 'delete', 'merge', 'replace', 'upsert', 'into'])

/**
 * Whether a statement may contain a part that writes, or that locks rows, which a read-only transaction
 * refuses. A column without a table whose name is such a keyword counts as one.
 */
function canWrite(tokens: readonly string[]): boolean {
  return tokens.some((token, at) => {
    const word = token.toLowerCase()
    const before = tokens[at - 1]?.toLowerCase() ?? ''
    if (before === '.') return false
    if (word === 'share') return ['for', 'key', 'in'].includes(before)
    const isCall = tokens[at + 1] === '('
    if (isCall && /^(?:nextval|setval)$/.test(word)) return true
    return writing.has(word) && !(isCall && /^(?:insert|replace)$/.test(word))
  })
}

const mainKeyword = /^(?:select|values|table|insert|update|delete|merge|replace|upsert)$/i

/** Whether a statement follows the definitions of a WITH clause. Otherwise, the text is a sentence. */
function isWithQuery(tokens: readonly string[]): boolean {
  let depth = 0
  const hasMain = tokens.some((token, at) => {
    if (token === '(') depth++
    if (token === ')') depth--
    return depth === 0 && at > 0 && mainKeyword.test(token)
  })
  return hasMain && isBalanced(tokens)
}

const keywords = new Set(
  `select distinct all from where join left right full inner outer cross natural lateral on using group order by
  having limit offset fetch union intersect except window for as and or not in is null like ilike similar between exists case when
  then else end asc desc nulls first last over partition rows range interval date time timestamp any some cast
  collate true false next only preceding following unbounded current row filter within escape glob regexp into
  at zone extract distinct recursive with values array update share`.split(/\s+/),
)
const afterTable = new Set(
  `where join left right full inner outer cross natural on using group order having limit offset fetch union
  intersect except window for as`.split(/\s+/),
)

// MySQL reads `1e0into` as a number and a keyword.
const sqlToken = /"[^"]*"|`[^`]*`|''|[a-z_][\w$]*|\d+(?:\.\d*)?(?:e[+-]?\d+)?|[^\s\w]/gi
const article = /^(?:a|an|the|my|our|your|this|that|these|those|please|me)$/i

/**
 * Whether a text is a SELECT statement. In SQL, a name directly after another name is an alias. Here, an alias
 * must have at most two characters, be in double quotes, or be used before a dot. Otherwise, the text is a
 * sentence.
 */
function isSelect(bare: string, tokens: readonly string[]): boolean {
  if (tokens.length < 2 || tokens.at(-1) === ',' || !isBalanced(tokens)) return false
  const isName = (token = '') => /^["`]|^[a-z_]/i.test(token) && !keywords.has(token.toLowerCase())
  let isAfterFrom = false
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 1] ?? ''
    const next = tokens[at + 1]
    const word = token.toLowerCase()
    if (word === 'from') isAfterFrom = true
    if (!isName(token)) continue
    if (article.test(token) && before !== '.' && next !== '.') return false
    const isSecond = isName(before) || before === ')' || before === "''" || /^\d/.test(before)
    if (!isSecond) continue
    const isUsed = tokens.some((each, index) => each === token && tokens[index + 1] === '.')
    const isAlias = token.length <= 2 || isUsed || token.startsWith('"')
    const isEnd =
      next === undefined ||
      next === ',' ||
      next === ')' ||
      next === '.' ||
      keywords.has(next.toLowerCase())
    if (!isAlias || !isEnd) return false
  }
  return isAfterFrom
    ? hasTable(tokens)
    : /[\d'"*()@]/.test(bare) || /\bcurrent_\w+|\bnull\b|\btrue\b|\bfalse\b/i.test(bare)
}

/** Whether the first FROM is followed by a table or a parenthesis, and does not follow SELECT directly. */
function hasTable(tokens: readonly string[]): boolean {
  const from = tokens.findIndex((token) => token.toLowerCase() === 'from')
  const first = tokens[from + 1]
  if (first === undefined || from === 1) return false
  return (
    first === '(' ||
    first === '"' ||
    /^["`]/.test(first) ||
    (/^[a-z_]/i.test(first) && !afterTable.has(first.toLowerCase()))
  )
}

function isBalanced(tokens: readonly string[]): boolean {
  let depth = 0
  for (const token of tokens) {
    if (token === '(') depth++
    if (token === ')' && --depth < 0) return false
  }
  return depth === 0
}
