import type { RequestEnvelope, Route } from '@mcp/protocol'
import { didYouMean, McpError, nearNames } from '@mcp/protocol'

/** What claims routes: a server by its name. */
export interface Claimant {
  readonly name: string
  readonly routes: readonly Route[]
  /** Routes it is likely to claim; any real claim beats them. */
  readonly provisional: readonly Route[]
}

export interface RouteTable<Owner extends Claimant> {
  find(request: RequestEnvelope): Owner | undefined
  /** Why nobody takes that request. */
  explain(request: RequestEnvelope): McpError
}

interface TargetRoutes<Owner> {
  readonly targetKey: string
  readonly exact: Map<string, Owner>
  /** Longest first. */
  prefixes: { readonly prefix: string; readonly owner: Owner }[]
}

interface TypeRoutes<Owner> {
  readonly byKey: TargetRoutes<Owner>[]
  rest: Owner | undefined
}

/**
 * The one who takes each request: an exact target beats a prefix, and a prefix beats the type alone.
 *
 * @throws McpError `conflict` where two claim the same.
 */
export function createRouteTable<Owner extends Claimant>(
  owners: Iterable<Owner>,
): RouteTable<Owner> {
  // Maps, because a plain object would answer to "constructor" and "__proto__".
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
      return routes === undefined ? undefined : (closest(routes, request) ?? routes.rest)
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
  if (routes === undefined) types.set(type, (routes = { byKey: [], rest: undefined }))
  let byTarget = routes.byKey.find((candidate) => candidate.targetKey === targetKey)
  if (byTarget === undefined) {
    routes.byKey.push((byTarget = { targetKey, exact: new Map(), prefixes: [] }))
  }

  for (const target of targets ?? []) {
    refuseSecond(byTarget.exact.get(target), owner, `${type} with ${targetKey} "${target}"`)
    byTarget.exact.set(target, owner)
  }
  if (prefix !== undefined) {
    const taken = byTarget.prefixes.find((candidate) => candidate.prefix === prefix)
    refuseSecond(taken?.owner, owner, `${type} with ${targetKey} "${prefix}…"`)
    byTarget.prefixes = [...byTarget.prefixes, { prefix, owner }].toSorted(
      (left, right) => right.prefix.length - left.prefix.length,
    )
  }
  if (targets === undefined && prefix === undefined) {
    refuseSecond(routes.rest, owner, type)
    routes.rest = owner
  }
}

function refuseSecond(first: Claimant | undefined, second: Claimant, route: string): void {
  if (first === undefined || first === second) return
  throw new McpError(
    'conflict',
    `Both "${first.name}" and "${second.name}" claim ${route}; only one server may.`,
    { details: { reason: 'route-taken', route, servers: [first.name, second.name] } },
  )
}

function closest<Owner>(
  { byKey }: TypeRoutes<Owner>,
  { payload }: RequestEnvelope,
): Owner | undefined {
  for (const { targetKey, exact } of byKey) {
    const target = payload[targetKey]
    const owner = typeof target === 'string' ? exact.get(target) : undefined
    if (owner !== undefined) return owner
  }
  let longest = -1
  let found: Owner | undefined
  for (const { targetKey, prefixes } of byKey) {
    const target = payload[targetKey]
    if (typeof target !== 'string') continue
    const match = prefixes.find(({ prefix }) => target.startsWith(prefix))
    if (match === undefined || match.prefix.length <= longest) continue
    longest = match.prefix.length
    found = match.owner
  }
  return found
}

function unknownType(type: string, known: Iterable<string>): McpError {
  const near = nearNames(type, known)
  return new McpError(
    'unknown-type',
    `No server takes requests of type "${type}"${didYouMean(near)}`,
    {
      details: { type, near },
    },
  )
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
  return new McpError(
    'invalid-params',
    `A request of type "${type}" must name ${keys} as a string.`,
    {
      details: {
        issues: byKey.map(({ targetKey }) => ({
          path: ['payload', targetKey],
          message: 'must be a string',
        })),
      },
    },
  )
}
