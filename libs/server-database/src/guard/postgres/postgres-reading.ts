import type { StatementKind } from '../sql-guard.ts'
import type { ParseNode } from './parse-node.ts'
import { asList, asNode, isNode, nameParts, walkTree } from './parse-node.ts'
import { isDangerousFunction, privateRelations, readableSettings } from './postgres-names.ts'
import type { StatementRule } from './postgres-statements.ts'
import { statementName, statementRule } from './postgres-statements.ts'

/** A name that only the connected server can resolve: `a.b(…)`, `a OPERATOR(b.+) c`, `(a).b`. */
export interface NameUse {
  readonly as: 'call' | 'operator' | 'attribute'
  /** Absent where the search path decides. */
  readonly schema?: string
  readonly name: string
  /** Number of arguments; absent if it does not narrow the choice. */
  readonly arguments?: number
  /** Offset in the statement, in bytes of UTF-8. */
  readonly location: number
}

/** Something that not every mode allows. */
export interface Finding {
  readonly what: string
  readonly location: number
  /** The lowest mode that allows it. */
  readonly below: 'data' | 'admin'
}

/** One statement of PostgreSQL, as far as the guard cares. */
export interface PostgresReading {
  readonly kind: StatementKind | 'never'
  readonly name: string
  readonly findings: readonly Finding[]
  readonly uses: readonly NameUse[]
}

/** Reads what a statement would do from its parse tree: `{ SelectStmt: {…} }`. */
export function readPostgresTree(statement: ParseNode, start: number): PostgresReading {
  const [type = '', body] = Object.entries(statement)[0] ?? []
  const root = asNode(body)
  const inner = type === 'ExplainStmt' ? asNode(root['query']) : undefined
  const findings: Finding[] = []
  const uses: NameUse[] = []

  for (const { name, node } of walkTree(statement)) {
    if (node === root || node === statement) continue
    const isInner = inner !== undefined && inner[name] === node
    // Names of nodes are capitalised, names of fields (`selectStmt`) are not.
    if (/^[A-Z]\w*Stmt$/.test(name) && name !== 'SelectStmt' && !isInner) {
      findings.push(nested(name, node, start))
    }
    readNode(name, node, { findings, uses, start })
  }
  readNode(type, root, { findings, uses, start })

  return { kind: kindOf(type, root, inner), name: statementName(type), findings, uses }
}

function kindOf(type: string, root: ParseNode, inner: ParseNode | undefined): StatementRule {
  if (inner === undefined) return statementRule(type, root)
  const [innerType = '', body] = Object.entries(inner)[0] ?? []
  return statementRule(innerType, asNode(body))
}

function nested(name: string, node: ParseNode, start: number): Finding {
  const rule = statementRule(name, node)
  const what = `${statementName(name)} inside another statement changes something`
  return { what, location: locate(node, start), below: rule === 'data' ? 'data' : 'admin' }
}

interface Notes {
  readonly findings: Finding[]
  readonly uses: NameUse[]
  readonly start: number
}

function readNode(name: string, node: ParseNode, { findings, uses, start }: Notes): void {
  const refuse = (what: string, below: Finding['below'], at = node): void => {
    findings.push({ what, location: locate(at, start), below })
  }

  if (isNode(node['intoClause'])) refuse('SELECT … INTO makes a table', 'data', node['intoClause'])
  if (asList(node['lockingClause']).length > 0) {
    refuse('FOR UPDATE and FOR SHARE lock rows', 'data')
  }
  if (typeof node['relname'] === 'string' && privateRelations.has(node['relname'])) {
    refuse(`${node['relname']} reveals secrets or settings of the server`, 'admin')
  }
  for (const target of changedTables(name, node)) {
    if (isSystemTable(target)) {
      const what = `${String(target['relname'])} is PostgreSQL's own table of what there is`
      refuse(what, 'admin', target)
    }
  }
  if (name === 'CopyStmt') refuse('COPY reads and writes files and programs', 'admin')
  if (name === 'VariableShowStmt') readShow(node, refuse)
  if (name === 'RangeTableSample' && !isKnownSampling(nameParts(node['method']))) {
    refuse('TABLESAMPLE by other methods than SYSTEM and BERNOULLI may do anything', 'data')
  }
  if (name === 'ColumnRef') readAttribute(nameParts(node['fields']))
  if (name === 'A_Indirection') readAttribute(['', ...nameParts(node['indirection'])])
  if (Array.isArray(node['funcname'])) {
    const called = nameParts(node['funcname'])
    const reason = reasonAgainst(called.at(-1) ?? '', node)
    if (reason === undefined) readName('call', node['funcname'], argumentCount(node))
    else refuse(reason, 'admin')
  }
  for (const operator of operatorsOf(name, node)) readName('operator', operator)

  function readName(as: NameUse['as'], value: unknown, count?: number): void {
    const parts = nameParts(value)
    const last = parts.at(-1)
    const schema = parts.at(-2)
    if (last === undefined) return
    uses.push({
      as,
      name: last,
      location: locate(node, start),
      ...(schema === undefined ? {} : { schema }),
      ...(count === undefined ? {} : { arguments: count }),
    })
  }

  // `t.f` and `(t).f` call a function `f` of a row if it has no column `f`.
  function readAttribute(parts: readonly string[]): void {
    for (const part of parts.slice(1)) {
      uses.push({ as: 'attribute', name: part, location: locate(node, start) })
    }
  }
}

/** The tables whose rows a statement changes. */
function changedTables(name: string, node: ParseNode): readonly ParseNode[] {
  if (/^(?:Insert|Update|Delete|Merge)Stmt$/.test(name)) return [asNode(node['relation'])]
  if (name !== 'TruncateStmt') return []
  return asList(node['relations']).map((each) => asNode(asNode(each)['RangeVar']))
}

/** A superuser could change what functions are and do, and so what the guard reads about them. */
function isSystemTable({ schemaname: schema, relname: name }: ParseNode): boolean {
  return String(schema ?? name).startsWith('pg_') || schema === 'information_schema'
}

const isKnownSampling = (method: readonly string[]): boolean =>
  method.length === 1 && (method[0] === 'system' || method[0] === 'bernoulli')

function locate(node: ParseNode, start: number): number {
  for (const { node: inner } of walkTree(node)) {
    if (typeof inner['location'] === 'number' && inner['location'] >= 0) return inner['location']
  }
  return start
}

function readShow(node: ParseNode, refuse: (what: string, below: Finding['below']) => void): void {
  const setting = String(node['name'])
  if (!readableSettings.has(setting.toLowerCase())) {
    refuse(`SHOW ${setting} reveals a setting that must not be read`, 'admin')
  }
}

function reasonAgainst(name: string, call: ParseNode): string | undefined {
  if (name === 'current_setting') {
    const constant = asNode(asNode(asList(call['args'])[0])['A_Const'])
    const setting = asNode(constant['sval'])['sval']
    if (typeof setting === 'string' && readableSettings.has(setting.toLowerCase())) return undefined
    return 'current_setting(…) may be asked, by a plain string, only for settings that may be read'
  }
  if (name === 'ts_rewrite' && asList(call['args']).length === 2) {
    return 'ts_rewrite(…) of two arguments runs the SQL in the second; give it three'
  }
  return isDangerousFunction(name)
    ? `${name}(…) reaches beyond the data: files, programs, other sessions, settings, or SQL in a text`
    : undefined
}

function argumentCount(call: ParseNode): number | undefined {
  const isOpen = call['func_variadic'] === true || call['agg_within_group'] === true
  return isOpen ? undefined : asList(call['args']).length
}

function operatorsOf(name: string, node: ParseNode): readonly unknown[] {
  if (name === 'A_Expr') return [node['name']]
  if (name === 'SubLink') return [node['operName']]
  return name === 'SortBy' ? [node['useOp']] : []
}
