import type { StatementKind } from '../sql-guard.ts'
import { firstOfEachMode } from '../token-reading.ts'
import type { ParseNode } from './parse-node.ts'
import { asList, asNode, isNode, nameParts, walkTree } from './parse-node.ts'
import {
  dangerOfFunction,
  functionOfOlderServers,
  isPrivateRelation,
  readableSettings,
} from './postgres-names.ts'
import type { StatementRule } from './postgres-statements.ts'
import { statementName, statementRule } from './postgres-statements.ts'

/** A name that only the connected server can resolve: `a.b(…)`, `a OPERATOR(b.+) c`, `(a).b`. */
export interface NameUse {
  readonly as: 'call' | 'operator' | 'attribute'
  /** Absent if the search path determines the schema. */
  readonly schema?: string
  readonly name: string
  /** Number of arguments. Absent if the number does not exclude any function. */
  readonly arguments?: number
  /** Offset in the statement, in bytes of UTF-8. */
  readonly location: number
}

/** A part of a statement that not every mode allows. */
export interface Finding {
  readonly what: string
  readonly location: number
  /** Lowest mode that allows this part. */
  readonly requires: 'data' | 'admin'
}

/** The properties of one statement of PostgreSQL that the guard checks. */
export interface PostgresReading {
  readonly kind: StatementKind | 'never'
  readonly name: string
  readonly findings: readonly Finding[]
  readonly uses: readonly NameUse[]
}

/** Determines the effects of a statement from its parse tree: `{ SelectStmt: {…} }`. */
export function readPostgresTree(statement: ParseNode, start: number): PostgresReading {
  const [type = '', body] = Object.entries(statement)[0] ?? []
  const root = asNode(body)
  const inner = type === 'ExplainStmt' ? asNode(root['query']) : undefined
  const findings: Finding[] = []
  const uses: NameUse[] = []

  for (const { name, node } of walkTree(statement)) {
    if (node === root || node === statement) continue
    const isInner = inner !== undefined && inner[name] === node
    // Names of nodes start with a capital letter. Names of fields, such as `selectStmt`, do not.
    if (/^[A-Z]\w*Stmt$/.test(name) && name !== 'SelectStmt' && !isInner) {
      findings.push(nested(name, node, start))
    }
    readNode(name, node, { findings, uses, start })
  }
  readNode(type, root, { findings, uses, start })

  return {
    kind: kindOf(type, root, inner),
    name: statementName(type),
    findings: firstOfEachMode(findings),
    uses,
  }
}

function kindOf(type: string, root: ParseNode, inner: ParseNode | undefined): StatementRule {
  if (inner === undefined) return statementRule(type, root)
  const [innerType = '', body] = Object.entries(inner)[0] ?? []
  return statementRule(innerType, asNode(body))
}

function nested(name: string, node: ParseNode, start: number): Finding {
  const rule = statementRule(name, node)
  const what = `${statementName(name)} inside another statement changes something`
  return { what, location: locate(node, start), requires: rule === 'data' ? 'data' : 'admin' }
}

interface Collected {
  readonly findings: Finding[]
  readonly uses: NameUse[]
  readonly start: number
}

function readNode(name: string, node: ParseNode, { findings, uses, start }: Collected): void {
  const refuse = (what: string, requires: Finding['requires'], at = node): void => {
    findings.push({ what, location: locate(at, start), requires })
  }

  if (isNode(node['intoClause']))
    refuse('SELECT … INTO creates a table', 'data', node['intoClause'])
  if (asList(node['lockingClause']).length > 0) {
    refuse('FOR UPDATE and FOR SHARE lock rows', 'data')
  }
  if (typeof node['relname'] === 'string' && isPrivateRelation(node['relname'])) {
    refuse(`${node['relname']} reveals secrets or settings of the server`, 'admin')
  }
  for (const target of changedTables(name, node)) {
    if (isSystemTable(target)) {
      const what = `${String(target['relname'])} is a system table of PostgreSQL`
      refuse(what, 'admin', target)
    }
  }
  if (name === 'CopyStmt') refuse('COPY reads and writes files and programs', 'admin')
  if (name === 'VariableShowStmt') readShow(node, refuse)
  if (name === 'RangeTableSample' && !isKnownSampling(nameParts(node['method']))) {
    refuse(
      'TABLESAMPLE with a method other than SYSTEM and BERNOULLI may have side effects',
      'data',
    )
  }
  if (name === 'ColumnRef') readAttribute(nameParts(node['fields']))
  if (name === 'A_Indirection') readAttribute(['', ...nameParts(node['indirection'])])
  if (Array.isArray(node['funcname'])) {
    const called = nameParts(node['funcname'])
    const reason = dangerOf(called.at(-1) ?? '', node)
    if (reason === undefined) readName('call', node['funcname'], argumentCount(node))
    else refuse(reason, 'admin')
  }
  const laterSyntax = functionOfOlderServers(name, node)
  if (laterSyntax !== undefined)
    uses.push({ as: 'call', name: laterSyntax, location: locate(node, start) })
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

  // `t.f` and `(t).f` call a function `f` with the row as the argument if the row has no column `f`.
  function readAttribute(parts: readonly string[]): void {
    for (const part of parts.slice(1)) {
      uses.push({ as: 'attribute', name: part, location: locate(node, start) })
    }
  }
}

/** Returns the tables whose rows a statement changes. */
function changedTables(name: string, node: ParseNode): readonly ParseNode[] {
  if (/^(?:Insert|Update|Delete|Merge)Stmt$/.test(name)) return [asNode(node['relation'])]
  if (name !== 'TruncateStmt') return []
  return asList(node['relations']).map((each) => asNode(asNode(each)['RangeVar']))
}

/** Whether a table is a system table. By changing one, a superuser could redefine functions. */
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

function readShow(
  node: ParseNode,
  refuse: (what: string, requires: Finding['requires']) => void,
): void {
  const setting = String(node['name'])
  if (!readableSettings.has(setting.toLowerCase())) {
    refuse(`SHOW ${setting} reveals a setting that must not be read`, 'admin')
  }
}

function dangerOf(name: string, call: ParseNode): string | undefined {
  if (name === 'current_setting') {
    const constant = asNode(asNode(asList(call['args'])[0])['A_Const'])
    const setting = asNode(constant['sval'])['sval']
    if (typeof setting === 'string' && readableSettings.has(setting.toLowerCase())) return undefined
    return 'current_setting(…) is allowed only with a string literal that names a readable setting'
  }
  if (name === 'ts_rewrite' && asList(call['args']).length === 2) {
    return 'ts_rewrite(…) with two arguments runs the SQL in the second; use three'
  }
  const danger = dangerOfFunction(name)
  return danger === undefined ? undefined : `${name}(…) ${danger}`
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
