import { isRecord } from '@mcp/protocol/light'

/** A step of a plan of any database. */
export interface PlanStep {
  readonly title: string
  readonly details: readonly string[]
  /** Estimated cost with all steps below, in the unit of the database. */
  readonly cost: number | undefined
  readonly rows: number | undefined
  /** Measured time with all steps below. */
  readonly actualMs: number | undefined
  readonly children: readonly PlanStep[]
}

/** Reads a plan of PostgreSQL or SQLite. Returns undefined for another format. */
export function readPlan(plan: unknown): PlanStep | undefined {
  const first: unknown = Array.isArray(plan) ? plan[0] : plan
  if (isRecord(first) && isRecord(first['Plan'])) return readPostgres(first['Plan'])
  return Array.isArray(plan) ? readSqlite(plan) : undefined
}

/** Fields of a step of PostgreSQL that describe what it reads. */
const detailNames = [
  'Index Cond',
  'Filter',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'Recheck Cond',
  'Sort Key',
  'Group Key',
  'Rows Removed by Filter',
]

function readPostgres(node: Readonly<Record<string, unknown>>): PlanStep {
  const { 'Node Type': type, 'Relation Name': relation, 'Index Name': index, Plans: plans } = node
  const objects = [relation, index].filter((name) => typeof name === 'string')
  const loops = numberOf(node['Actual Loops']) ?? 1
  const perLoop = numberOf(node['Actual Total Time'])
  return {
    title: [String(type), ...(objects.length === 0 ? [] : ['on', objects.join(', ')])].join(' '),
    details: detailNames.flatMap((name) =>
      node[name] === undefined ? [] : [`${name}: ${textOf(node[name])}`],
    ),
    cost: numberOf(node['Total Cost']),
    rows: numberOf(node['Actual Rows']) ?? numberOf(node['Plan Rows']),
    actualMs: perLoop === undefined ? undefined : perLoop * loops,
    children: Array.isArray(plans) ? plans.filter(isRecord).map(readPostgres) : [],
  }
}

/** Reads rows of `EXPLAIN QUERY PLAN`, which refer to the step above them. */
function readSqlite(rows: readonly unknown[]): PlanStep | undefined {
  const steps = rows.filter(isRecord)
  if (steps.length === 0 || !steps.every((step) => typeof step['detail'] === 'string')) {
    return undefined
  }
  const below = (parent: unknown): PlanStep[] =>
    steps
      .filter((step) => step['parent'] === parent && step['id'] !== parent)
      .map((step) => stepOf(String(step['detail']), below(step['id'])))
  const [only, ...others] = below(0)
  return only !== undefined && others.length === 0 ? only : stepOf('Query', below(0))
}

function stepOf(title: string, children: readonly PlanStep[]): PlanStep {
  return { title, details: [], cost: undefined, rows: undefined, actualMs: undefined, children }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value)
}
