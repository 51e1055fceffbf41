import { isRecord, McpError } from '@mcp/protocol'
import type { OperationDescription, Route, ServerDescription } from '@mcp/protocol'

import type { Call, Caller } from '../calls/caller.ts'
import type { OperationRunner } from '../calls/run-operation.ts'
import { resultOf } from '../calls/run-operation.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'
import { positionOf } from './page.ts'

/** An operation with the params and the result of a method of the standard. */
export interface MethodOperation {
  readonly server: ServerDescription
  readonly operation: OperationDescription
}

/**
 * Returns the operations of the servers of the view that have the params and the result of a method. With
 * `type`, only the operations of this request type.
 */
export function methodOperations(
  { servers, view }: Pick<Caller, 'servers' | 'view'>,
  method: string,
  type?: string,
): MethodOperation[] {
  return servers
    .filter(({ name }) => view.servers.includes(name))
    .flatMap((server) =>
      server.operations
        .filter((each) => each.method === method && (type === undefined || each.type === type))
        .map((operation) => ({ server, operation })),
    )
}

/**
 * Returns the operation of the server whose route names a target or a prefix of the target, such as a URI. An
 * exact target, then the longest prefix takes precedence, as in the dispatcher. Returns undefined if no route
 * matches.
 */
export function operationFor(
  caller: Pick<Caller, 'servers' | 'view'>,
  method: string,
  type: string,
  target: string,
): OperationDescription | undefined {
  let [found, length]: [OperationDescription | undefined, number] = [undefined, -1]
  for (const { server, operation } of methodOperations(caller, method, type)) {
    const matched = Math.max(...server.routes.map((route) => matchLength(route, type, target)))
    if (matched > length) [found, length] = [operation, matched]
  }
  return found
}

function matchLength(route: Route, type: string, target: string): number {
  if (route.type !== type) return -1
  if (route.targets?.includes(target) === true) return Number.POSITIVE_INFINITY
  const { prefix } = route
  return prefix !== undefined && target.startsWith(prefix) ? prefix.length : -1
}

/** An item of a list, and the operation that listed it. */
export interface ForeignItem {
  readonly item: RpcParams
  readonly operation: OperationDescription
}

/**
 * Returns the items that the servers of the view list. Skips a server that fails, unless the call is cancelled.
 */
export async function listForeign(
  runner: OperationRunner,
  caller: Caller,
  call: Call,
  method: string,
  key: string,
): Promise<ForeignItem[]> {
  const lists = methodOperations(caller, method).map(async ({ operation }) => {
    try {
      const addressed = { operation, target: operation.target, params: {} }
      const items = resultOf(await runner.run(caller, call, addressed))[key]
      return (Array.isArray(items) ? items : [])
        .filter(isRecord)
        .map((item) => ({ item, operation }))
    } catch (thrown) {
      if (call.signal.aborted) throw thrown
      return []
    }
  })
  return (await Promise.all(lists)).flat()
}

/** Runs an operation, and returns its result unchanged, or an empty object if the result is not an object. */
export async function runForeign(
  runner: OperationRunner,
  caller: Caller,
  call: Call,
  operation: OperationDescription,
  target: string,
  params: RpcParams = {},
): Promise<RpcParams> {
  return resultOf(await runner.run(caller, call, { operation, target, params }))
}

const cursorPrefix = 'servers:'
const pageSize = 1000

/**
 * Returns a page of a list: first the pages of the built-in server, then the items of the other servers.
 *
 * @throws McpError `invalid-params` for an invalid cursor.
 */
export async function mergedPage(
  cursor: unknown,
  own: () => Promise<{ readonly items: readonly RpcParams[]; readonly nextCursor: unknown }>,
  foreign: () => Promise<readonly ForeignItem[]>,
): Promise<{ readonly items: readonly RpcParams[]; readonly next: { nextCursor?: string } }> {
  const isForeign = typeof cursor === 'string' && cursor.startsWith(cursorPrefix)
  const first = isForeign ? { items: [], nextCursor: undefined } : await own()
  if (typeof first.nextCursor === 'string') {
    return { items: first.items, next: { nextCursor: first.nextCursor } }
  }
  const start = isForeign ? positionOf(cursor.slice(cursorPrefix.length)) : 0
  const all = await foreign()
  if (start === undefined || start > all.length) {
    throw new McpError('invalid-params', 'Invalid cursor: use the nextCursor of the last page.')
  }
  const end = start + pageSize
  const items = [...first.items, ...all.slice(start, end).map(({ item }) => item)]
  return { items, next: end < all.length ? { nextCursor: `${cursorPrefix}${end}` } : {} }
}
