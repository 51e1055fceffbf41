import type { Operation, RequestEnvelope } from '@mcp/protocol'
import { didYouMean, McpError, nearNames } from '@mcp/protocol'

import { invalidParams } from '../errors/invalid-params.ts'
import type { Handler, OperationGroup } from './operation-group.ts'

/** One operation of the table. */
export interface OperationRow {
  /** Label in messages, such as `calculator.add`. */
  readonly label: string
  readonly operation: Operation
  readonly handle: Handler
  /** Key of the target if the target is one of the params. Undefined if the target is fixed. */
  readonly targetParam: string | undefined
  /** Whether the whole payload is the params. */
  readonly isAlias: boolean
  /** Whether the result is returned whole, regardless of size. */
  readonly isSelfPaging: boolean
}

/** The operations of one server. */
export interface OperationTable {
  /**
   * Returns the operation of a request.
   *
   * @throws McpError `unknown-type`, `not-found` or `invalid-params`.
   */
  find(request: RequestEnvelope): OperationRow
}

type Rows = Map<string, OperationRow>

/** The operations for one target, or for all targets that no group names. */
interface Operations {
  /** Name for messages: the target or, if the caller chooses the target, the server. */
  readonly owner: string
  readonly rows: Rows
}

interface TypeEntry {
  readonly targetKey: string
  readonly byTarget: Map<string, Operations>
  /** The operations for all targets that are not in `byTarget`. */
  anyTarget: Operations | undefined
}

/** Rows, by operation name, that every server has in addition to its own operations. */
export type CommonRows = Readonly<Record<string, OperationRow>>

/**
 * Creates the table of a server's operations. The table consists of Maps, because a plain object
 * would also have keys such as `constructor` and `__proto__`.
 *
 * @throws McpError `invalid-request` if a group is inconsistent or the groups contradict one
 * another.
 */
export function createOperationTable(
  serverName: string,
  groups: readonly OperationGroup[],
  common: CommonRows = {},
): OperationTable {
  const types = new Map<string, TypeEntry>()
  const aliases = new Map<string, OperationRow>()

  for (const group of groups) {
    const { rows } = getOrCreateOperations(serverName, types, group, common)
    const own = createRows(serverName, group)
    for (const [name, row] of own) {
      if (rows.has(name) && rows.get(name) !== common[name]) {
        throw invalidDefinition(
          serverName,
          `"${name}" is declared twice for ${describeTarget(group)}.`,
        )
      }
      rows.set(name, row)
    }
    for (const [type, name] of Object.entries(group.aliases ?? {})) {
      const row = own.get(name)
      if (row === undefined || aliases.has(type)) {
        throw invalidDefinition(
          serverName,
          `the alias "${type}" must name exactly one operation, not "${name}".`,
        )
      }
      aliases.set(type, { ...row, isAlias: true })
    }
  }
  for (const type of aliases.keys()) {
    if (types.has(type)) {
      throw invalidDefinition(serverName, `"${type}" is both a type and an alias.`)
    }
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
      return row ?? operationNotFound(found, name)
    },
  }
}

/** Returns the operations of a group's target. Groups with the same target share one object. */
function getOrCreateOperations(
  serverName: string,
  types: Map<string, TypeEntry>,
  { type, targetKey, target }: OperationGroup,
  common: CommonRows,
): Operations {
  const entry: TypeEntry = types.get(type) ?? {
    targetKey,
    byTarget: new Map(),
    anyTarget: undefined,
  }
  if (entry.targetKey !== targetKey) {
    const keys = `"${entry.targetKey}" and "${targetKey}"`
    throw invalidDefinition(
      serverName,
      `"${type}" has the target keys ${keys}; only one is allowed.`,
    )
  }
  types.set(type, entry)
  const existing = target === undefined ? entry.anyTarget : entry.byTarget.get(target)
  const rows: Rows = new Map(Object.entries(common))
  const operations = existing ?? { owner: target ?? serverName, rows }
  if (target === undefined) entry.anyTarget = operations
  else entry.byTarget.set(target, operations)
  return operations
}

function createRows(serverName: string, group: OperationGroup): Rows {
  const { operations, handlers, target, targetKey, selfPaging = [] } = group
  const unusedHandlers = new Map(Object.entries(handlers))
  const rows: Rows = new Map()
  for (const [name, operation] of Object.entries(operations)) {
    const handle = unusedHandlers.get(name)
    if (typeof handle !== 'function') {
      throw invalidDefinition(
        serverName,
        `"${name}" has no handler; define one for each operation.`,
      )
    }
    unusedHandlers.delete(name)
    rows.set(name, {
      label: `${target ?? serverName}.${name}`,
      operation,
      // `bind` sets `this`, so that a handler that is a method can call other handlers.
      handle: handle.bind(handlers),
      targetParam: target === undefined ? targetKey : undefined,
      isAlias: false,
      isSelfPaging: selfPaging.includes(name),
    })
  }
  for (const name of [
    ...unusedHandlers.keys(),
    ...selfPaging.filter((selfPagingName) => !rows.has(selfPagingName)),
  ]) {
    throw invalidDefinition(
      serverName,
      `unknown operation "${name}"${didYouMean(nearNames(name, rows.keys()))}`,
    )
  }
  return rows
}

function findOperations(serverName: string, entry: TypeEntry, target: unknown): Operations {
  const { targetKey, byTarget, anyTarget } = entry
  const exact = typeof target === 'string' ? byTarget.get(target) : undefined
  const found = exact ?? anyTarget
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
    { path: ['payload', targetKey], message: `must be one of ${listNames(byTarget.keys())}` },
  ])
}

function operationNotFound({ owner, rows }: Operations, name: unknown): never {
  if (typeof name !== 'string') {
    throw invalidParams(owner, [
      { path: ['payload', 'operation'], message: `must be one of ${listNames(rows.keys())}` },
    ])
  }
  const near = nearNames(name, rows.keys())
  const hint =
    near.length > 0 ? didYouMean(near) : `. Its operations are ${listNames(rows.keys())}.`
  throw new McpError('not-found', `${owner} has no operation "${name.slice(0, 64)}"${hint}`, {
    details: { path: ['payload', 'operation'], near },
  })
}

function unknownType(serverName: string, type: string, known: readonly string[]): McpError {
  const near = nearNames(type, known)
  return new McpError(
    'unknown-type',
    `Unknown request type "${type.slice(0, 64)}": ${serverName} accepts ${listNames(known)}.`,
    { details: { path: ['type'], near } },
  )
}

const maxListedNames = 12

function listNames(names: Iterable<string>): string {
  const all = Array.from(names, (name) => `"${name}"`)
  const more = all.length > maxListedNames ? `, and ${all.length - maxListedNames} more` : ''
  return `${all.slice(0, maxListedNames).join(', ')}${more}`
}

function describeTarget({ type, targetKey, target }: OperationGroup): string {
  return target === undefined ? `"${type}"` : `the ${targetKey} "${target}"`
}

function invalidDefinition(serverName: string, message: string): McpError {
  return new McpError('invalid-request', `${serverName}: ${message}`)
}
