import { didYouMean, nearNames } from '@mcp/protocol/light'

/** The fields of an operation that its name depends on. */
export interface NamedOperation {
  readonly server: string
  readonly target?: string | undefined
  readonly operation: string
  /** Schema of the target, if the caller chooses it. */
  readonly targetSchema?: unknown
}

export interface FoundOperation<T extends NamedOperation> {
  readonly found: T
  /** Target of the operation, or the target in the name, such as `workspace` in `roots.workspace.readFile`. */
  readonly target: string | undefined
}

/**
 * Finds the operation with a name such as `roots.readFile`, `tools.calculator.add`, `calculator.add`, or
 * `roots.workspace.readFile`, which also names the target. If there is no such operation, returns the problem
 * with similar names.
 */
export function findOperation<T extends NamedOperation>(
  name: string,
  operations: readonly T[],
): FoundOperation<T> | { readonly problem: string } {
  const [server = '', ...middle] = name.split('.')
  const operation = middle.pop()
  const exact = operations.find((each) => operationName(each) === name)
  if (exact !== undefined) return { found: exact, target: exact.target }

  const named = operations.filter((each) => each.operation === operation)
  const target = middle.length === 0 ? undefined : middle.join('.')
  const matching = named.filter((each) =>
    each.server === server
      ? target === undefined || isTarget(each, target)
      : target === undefined && each.target === server,
  )
  const [found, another] = matching
  if (found === undefined) {
    return { problem: `Unknown operation "${name}"${didYouMean(similarNames(name, operations))}` }
  }
  if (another === undefined) return { found, target: found.target ?? target }
  const names = matching.map(operationName).join(', ')
  return { problem: `"${name}" is the name of several operations: ${names}.` }
}

/** Returns the full name of an operation: `roots.readFile`, `tools.calculator.add`. */
export function operationName({ server, target, operation }: NamedOperation): string {
  return target === undefined || target === server
    ? `${server}.${operation}`
    : `${server}.${target}.${operation}`
}

function isTarget({ target, targetSchema }: NamedOperation, name: string): boolean {
  return target === undefined ? targetSchema !== undefined : target === name
}

/**
 * Returns the most similar names. If no name is similar as a whole, returns the same operation of a server with
 * a similar name, or names with a similar operation.
 */
function similarNames(name: string, operations: readonly NamedOperation[]): string[] {
  const [server = '', ...rest] = name.split('.')
  const names = operations.map(operationName)
  const short = operations.flatMap((each) =>
    each.target === undefined ? [] : [`${each.target}.${each.operation}`],
  )
  const whole = nearNames(name, new Set([...names, ...short]))
  if (whole.length > 0) return whole
  const servers = new Set(operations.map((each) => each.server))
  const otherServer = nearNames(server, servers).map((near) => [near, ...rest].join('.'))
  const known = otherServer.filter((each) => names.includes(each))
  if (known.length > 0) return known
  const last = rest.at(-1)
  if (last === undefined) return []
  const candidates = servers.has(server)
    ? operations.filter((each) => each.server === server)
    : operations
  const near = nearNames(
    last,
    candidates.map(({ operation }) => operation),
  )
  return candidates
    .filter(({ operation }) => near.includes(operation))
    .map(operationName)
    .slice(0, 3)
}
