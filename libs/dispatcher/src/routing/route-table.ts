import type { RequestEnvelope, Route } from '@mcp/protocol'
import { didYouMean, McpError, nearNames } from '@mcp/protocol'

/** A server that claims routes. */
export interface Claimant {
  readonly name: string
  readonly routes: readonly Route[]
  /**
   * Routes that the server is likely to claim when it has described itself. Such a route is ignored if
   * another server already handles its request type.
   */
  readonly provisional: readonly Route[]
}

export interface RouteTable<Owner extends Claimant> {
  find(request: RequestEnvelope): Owner | undefined
  /** Returns the error for a request that no owner handles. */
  explain(request: RequestEnvelope): McpError
}

interface TargetRoutes<Owner> {
  readonly targetKey: string
  readonly exact: Map<string, Owner>
  /** Prefixes, the longest first. */
  prefixes: { readonly prefix: string; readonly owner: Owner }[]
}

interface TypeRoutes<Owner> {
  readonly byKey: TargetRoutes<Owner>[]
  /** The owner of all targets that no other owner claims. */
  fallback: Owner | undefined
}

/**
 * Indexes the routes of the owners, which are servers. A route with the exact target takes precedence
 * over a route with a prefix. A longer prefix takes precedence over a shorter prefix. A route with
 * only the type comes last.
 *
 * @throws McpError `conflict` if two owners claim the same route.
 */
export function createRouteTable<Owner extends Claimant>(
  owners: Iterable<Owner>,
): RouteTable<Owner> {
  // Maps are used, because a plain object would also have the keys "constructor" and "__proto__".
  const types = new Map<string, TypeRoutes<Owner>>()
  const all = [...owners]
  for (const owner of all) for (const route of owner.routes) claim(types, owner, route)
  for (const owner of all) {
    for (const route of owner.provisional) {
      if (!types.has(route.type)) claim(types, owner, route)
    }
  }

  return {
    find(request) {
      const routes = types.get(request.type)
      return routes === undefined ? undefined : (findByTarget(routes, request) ?? routes.fallback)
    },
    explain(request) {
      const routes = types.get(request.type)
      return routes === undefined
        ? unknownType(request.type, types.keys())
        : unknownTarget(request, routes.byKey)
    },
  }
}

function claim<Owner extends Claimant>(
  types: Map<string, TypeRoutes<Owner>>,
  owner: Owner,
  { type, targetKey, targets, prefix }: Route,
): void {
  let routes = types.get(type)
  if (routes === undefined) types.set(type, (routes = { byKey: [], fallback: undefined }))
  let byTarget = routes.byKey.find((candidate) => candidate.targetKey === targetKey)
  if (byTarget === undefined) {
    routes.byKey.push((byTarget = { targetKey, exact: new Map(), prefixes: [] }))
  }

  for (const target of targets ?? []) {
    refuseConflict(byTarget.exact.get(target), owner, `${type} with ${targetKey} "${target}"`)
    byTarget.exact.set(target, owner)
  }
  if (prefix !== undefined) {
    const existing = byTarget.prefixes.find((candidate) => candidate.prefix === prefix)
    refuseConflict(existing?.owner, owner, `${type} with ${targetKey} "${prefix}…"`)
    byTarget.prefixes = [...byTarget.prefixes, { prefix, owner }].toSorted(
      (left, right) => right.prefix.length - left.prefix.length,
    )
  }
  if (targets === undefined && prefix === undefined) {
    refuseConflict(routes.fallback, owner, type)
    routes.fallback = owner
  }
}

function refuseConflict(first: Claimant | undefined, second: Claimant, route: string): void {
  if (first === undefined || first === second) return
  throw new McpError(
    'conflict',
    `Both "${first.name}" and "${second.name}" claim ${route}; only one server may.`,
    { details: { reason: 'route-taken', route, servers: [first.name, second.name] } },
  )
}

function findByTarget<Owner>(
  { byKey }: TypeRoutes<Owner>,
  { payload }: RequestEnvelope,
): Owner | undefined {
  for (const { targetKey, exact } of byKey) {
    const target = payload[targetKey]
    const owner = typeof target === 'string' ? exact.get(target) : undefined
    if (owner !== undefined) return owner
  }
  let length = -1
  let found: Owner | undefined
  for (const { targetKey, prefixes } of byKey) {
    const target = payload[targetKey]
    if (typeof target !== 'string') continue
    const match = prefixes.find(({ prefix }) => target.startsWith(prefix))
    if (match === undefined || match.prefix.length <= length) continue
    length = match.prefix.length
    found = match.owner
  }
  return found
}

function unknownType(type: string, types: Iterable<string>): McpError {
  const near = nearNames(type, types)
  const message = `No server takes requests of type "${type}"${didYouMean(near)}`
  return new McpError('unknown-type', message, { details: { type, near } })
}

function unknownTarget<Owner>(
  { type, payload }: RequestEnvelope,
  byKey: readonly TargetRoutes<Owner>[],
): McpError {
  for (const { targetKey, exact } of byKey) {
    const target = payload[targetKey]
    if (typeof target !== 'string') continue
    const near = nearNames(target, exact.keys())
    const message = `No server takes ${type} with ${targetKey} "${target.slice(0, 100)}"${didYouMean(near)}`
    return new McpError('not-found', message, { details: { targetKey, target, near } })
  }
  const keys = byKey.map(({ targetKey }) => `payload.${targetKey}`).join(' or ')
  const message = `A request of type "${type}" must name ${keys} as a string.`
  const issues = byKey.map(({ targetKey }) => ({
    path: ['payload', targetKey],
    message: 'must be a string',
  }))
  return new McpError('invalid-params', message, { details: { issues } })
}
