import type {
  OperationDescription,
  RequestContext,
  ServerDescription,
  ServerListing,
} from '@mcp/protocol'

import type { Authorize } from './authorization.ts'

/** The caller for whom operations are listed. */
export type CatalogueCaller = Pick<RequestContext, 'principal' | 'claims' | 'address'>

/** Decides which operations a caller may use and see. `createAccess` of `@mcp/policy` creates one. */
export interface Access {
  readonly authorize: Authorize
  /**
   * Returns whether a caller may use an operation with some arguments: `allow`, `ask` if an approval may be
   * required, or `deny`. An operation that is denied is not listed.
   */
  visibility(
    caller: CatalogueCaller,
    operation: OperationDescription,
    server: string,
  ): 'allow' | 'ask' | 'deny'
  /** Calls a listener when the visibility of operations may have changed. */
  subscribe(listener: () => void): () => void
}

/** The servers and operations that a caller may see. */
export interface ServerView {
  /** Returns the server with the usable operations. Undefined if the caller may use none of them. */
  show<Server extends ServerDescription | ServerListing>(
    server: Server,
    caller: CatalogueCaller | undefined,
  ): Server | undefined
  /** Drops the cached operations of callers, after a change of their rights. */
  clear(): void
}

type Operations = readonly OperationDescription[]

/**
 * Creates the view of callers on the servers. Callers with the same rights receive the same array of
 * operations. Caches of documents use the identity of this array as their key.
 */
export function createServerView(access: Pick<Access, 'visibility'> | undefined): ServerView {
  if (access === undefined) return { show: (server) => server, clear() {} }
  const { visibility } = access
  let byCaller = new WeakMap<Operations, Map<string, Operations>>()
  const byRights = new WeakMap<Operations, Map<string, Operations>>()
  const keyOf = createCallerKeys()

  function visibleOperations(server: ServerDescription, caller: CatalogueCaller): Operations {
    const { name, operations } = server
    return remember(byCaller, operations, keyOf(caller), () => {
      const rights = operations.map((operation) => visibility(caller, operation, name))
      return remember(byRights, operations, rights.join(), () =>
        operations.flatMap((operation, index) => {
          const right = rights[index]
          if (right === 'deny') return []
          return right === 'ask' ? withApproval(operation) : operation
        }),
      )
    })
  }

  return {
    show(server, caller) {
      if (caller === undefined) return server
      const operations = visibleOperations(server, caller)
      if (operations.length === 0 && server.operations.length > 0) return undefined
      return { ...server, operations }
    },
    clear() {
      byCaller = new WeakMap()
    },
  }
}

const maxViews = 1000

/**
 * Marks an operation as interactive, because its approval is an interaction that the caller must be able to
 * receive.
 */
function withApproval(operation: OperationDescription): OperationDescription {
  const { hints } = operation
  return hints.interactive ? operation : { ...operation, hints: { ...hints, interactive: true } }
}

function remember(
  views: WeakMap<Operations, Map<string, Operations>>,
  operations: Operations,
  key: string,
  create: () => Operations,
): Operations {
  let byKey = views.get(operations)
  if (byKey === undefined) views.set(operations, (byKey = new Map()))
  const known = byKey.get(key)
  if (known !== undefined) return known
  const created = create()
  if (byKey.size >= maxViews) byKey.clear()
  byKey.set(key, created)
  return created
}

/** Returns a function that returns a key for callers. Two callers with the same key have the same rights. */
function createCallerKeys(): (caller: CatalogueCaller) => string {
  const numbers = new WeakMap<object, number>()
  let count = 0
  return ({ principal, claims, address }) => {
    // Rights depend only on whether there is an address. A caller on this machine has none.
    if (principal === undefined) return address === undefined ? 'local' : 'remote'
    if (claims === undefined) return `id:${principal}`
    let number = numbers.get(claims)
    if (number === undefined) numbers.set(claims, (number = ++count))
    return `${number}:${principal}`
  }
}
