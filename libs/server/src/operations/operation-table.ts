import type { Operation, RequestEnvelope } from '@mcp/protocol'
import { didYouMean, McpError, nearNames } from '@mcp/protocol'

import { invalidParams } from '../errors/invalid-params.ts'
import type { Handler, OperationGroup } from './operation-group.ts'

/** One operation, found. */
export interface OperationRow {
  /** For messages, such as `calculator.add`. */
  readonly label: string
  readonly operation: Operation
  readonly handle: Handler
  /** The key beside `operation` that is one of the params; absent where no target is. */
  readonly joinedKey: string | undefined
  /** Whether the payload as a whole is the params. */
  readonly isAlias: boolean
  /** Whether its result is answered whole, whatever its size. */
  readonly isSelfPaging: boolean
}

/** Finds the operation a request asks for. */
export interface OperationTable {
  /** @throws McpError `unknown-type`, `not-found` or `invalid-params`. */
  find(request: RequestEnvelope): OperationRow
}

type Rows = Map<string, OperationRow>

/** The operations of one target, or those for any. */
interface Operations {
  /** For messages: the target, or the server. */
  readonly owner: string
  readonly rows: Rows
}

interface TypeEntry {
  readonly targetKey: string
  readonly byTarget: Map<string, Operations>
  /** The operations for targets that no group claims. */
  open: Operations | undefined
}

/** What every server adds to the operations of its own. */
export type CommonRows = Readonly<Record<string, OperationRow>>

/**
 * The table of a server's operations. It is made of Maps: a plain object would answer to
 * `constructor` and `__proto__`.
 *
 * @throws McpError `invalid-request` where the groups contradict themselves or one another.
 */
export function createOperationTable(
  serverName: string,
  groups: readonly OperationGroup[],
  common: CommonRows = {},
): OperationTable {
  const types = new Map<string, TypeEntry>()
  const aliases = new Map<string, OperationRow>()

  for (const group of groups) {
    const { rows } = placeGroup(serverName, types, group, common)
    const own = createRows(serverName, group)
    for (const [name, row] of own) {
      if (rows.has(name) && rows.get(name) !== common[name]) {
        throw wrong(serverName, `"${name}" is declared twice for ${place(group)}.`)
      }
      rows.set(name, row)
    }
    for (const [type, name] of Object.entries(group.aliases ?? {})) {
      const row = own.get(name)
      if (row === undefined || aliases.has(type)) {
        throw wrong(serverName, `the alias "${type}" must stand for one operation, not "${name}".`)
      }
      aliases.set(type, { ...row, isAlias: true })
    }
  }
  for (const type of aliases.keys()) {
    if (types.has(type)) throw wrong(serverName, `"${type}" is both a type and an alias.`)
  }

  return {
    find({ type, payload }) {
      const entry = types.get(type)
      if (entry === undefined) {
        const alias = aliases.get(type)
        if (alias !== undefined) return alias
        throw unknownType(serverName, type, [...types.keys(), ...aliases.keys()])
      }
      const found = findOperations(serverName, entry, payload[entry.targetKey])
      const name = payload['operation']
      const row = typeof name === 'string' ? found.rows.get(name) : undefined
      return row ?? refuseOperation(found, name)
    },
  }
}

/** The place of a group's operations, shared with groups of the same target. */
function placeGroup(
  serverName: string,
  types: Map<string, TypeEntry>,
  { type, targetKey, target }: OperationGroup,
  common: CommonRows,
): Operations {
  const entry: TypeEntry = types.get(type) ?? { targetKey, byTarget: new Map(), open: undefined }
  if (entry.targetKey !== targetKey) {
    const keys = `"${entry.targetKey}" and "${targetKey}"`
    throw wrong(serverName, `"${type}" has the target keys ${keys}; it can have one.`)
  }
  types.set(type, entry)
  const existing = target === undefined ? entry.open : entry.byTarget.get(target)
  const rows: Rows = new Map(Object.entries(common))
  const operations = existing ?? { owner: target ?? serverName, rows }
  if (target === undefined) entry.open = operations
  else entry.byTarget.set(target, operations)
  return operations
}

function createRows(serverName: string, group: OperationGroup): Rows {
  const { operations, handlers, target, targetKey, selfPaging = [] } = group
  const given = new Map(Object.entries(handlers))
  const rows: Rows = new Map()
  for (const [name, operation] of Object.entries(operations)) {
    const handle = given.get(name)
    if (typeof handle !== 'function') {
      throw wrong(serverName, `"${name}" has no handler; give one for each operation.`)
    }
    given.delete(name)
    rows.set(name, {
      label: `${target ?? serverName}.${name}`,
      operation,
      // Bound, so that a handler written as a method may use its neighbours.
      handle: handle.bind(handlers),
      joinedKey: target === undefined ? targetKey : undefined,
      isAlias: false,
      isSelfPaging: selfPaging.includes(name),
    })
  }
  for (const name of [...given.keys(), ...selfPaging.filter((listed) => !rows.has(listed))]) {
    throw wrong(serverName, `"${name}" is no operation${didYouMean(nearNames(name, rows.keys()))}`)
  }
  return rows
}

function findOperations(serverName: string, entry: TypeEntry, target: unknown): Operations {
  const { targetKey, byTarget, open } = entry
  const exact = typeof target === 'string' ? byTarget.get(target) : undefined
  const found = exact ?? open
  if (found !== undefined) return found
  if (typeof target === 'string') {
    const near = nearNames(target, byTarget.keys())
    throw new McpError(
      'not-found',
      `${serverName} has no ${targetKey} "${target.slice(0, 64)}"${didYouMean(near)}`,
      { details: { path: ['payload', targetKey], near } },
    )
  }
  const [only] = byTarget.values()
  if (target === undefined && byTarget.size === 1 && only !== undefined) return only
  throw invalidParams(serverName, [
    { path: ['payload', targetKey], message: `must be one of ${listed(byTarget.keys())}` },
  ])
}

function refuseOperation({ owner, rows }: Operations, name: unknown): never {
  if (typeof name !== 'string') {
    throw invalidParams(owner, [
      { path: ['payload', 'operation'], message: `must be one of ${listed(rows.keys())}` },
    ])
  }
  const near = nearNames(name, rows.keys())
  throw new McpError(
    'not-found',
    `${owner} has no operation "${name.slice(0, 64)}"${didYouMean(near)}`,
    { details: { path: ['payload', 'operation'], near } },
  )
}

function unknownType(serverName: string, type: string, known: readonly string[]): McpError {
  const near = nearNames(type, known)
  return new McpError(
    'unknown-type',
    `${serverName} takes ${listed(known)}, not requests of type "${type.slice(0, 64)}".`,
    { details: { path: ['type'], near } },
  )
}

const mostListed = 12

function listed(names: Iterable<string>): string {
  const all = Array.from(names, (name) => `"${name}"`)
  const more = all.length > mostListed ? `, and ${all.length - mostListed} more` : ''
  return `${all.slice(0, mostListed).join(', ')}${more}`
}

function place({ type, targetKey, target }: OperationGroup): string {
  return target === undefined ? `"${type}"` : `the ${targetKey} "${target}"`
}

function wrong(serverName: string, message: string): McpError {
  return new McpError('invalid-request', `${serverName}: ${message}`)
}
