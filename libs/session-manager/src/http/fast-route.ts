import type { RawRoute } from '@mcp/http'

import type { Route } from './route.ts'
import { noPathParameters } from './route.ts'
import type { RouteServer } from './route-server.ts'

const root = '/sessions/'
const template = /^\/sessions\/\{sessionId\}(\/\w+)$/
const noQuery = new URLSearchParams()

/**
 * Creates the fast path, which finds the most used routes by comparing strings. It returns `undefined`
 * for all other requests, which the router handles. The path may begin with the base path or omit it.
 */
export function createFastRoute(
  routes: readonly Route[],
  server: Pick<RouteServer, 'serve'>,
  basePath = '',
): (method: string, path: string) => RawRoute | undefined {
  const rootWithBase = basePath + root
  const fastRoutes = routes.filter(({ isFast }) => isFast)
  const ofSession = fastRoutes.flatMap((route) => {
    const name = template.exec(route.path)?.[1]
    return name === undefined ? [] : [{ route, method: route.method, name }]
  })
  const constant = fastRoutes.filter(({ path }) => !path.includes('{'))

  /**
   * Finds a route whose path has no parameters. A request with a query does not match, so the router handles
   * it.
   */
  function findConstant(method: string, path: string): RawRoute | undefined {
    const route = constant.find(
      (fast) => fast.method === method && (fast.path === path || basePath + fast.path === path),
    )
    return route && server.serve(route, noPathParameters, noQuery)
  }

  return (method, path) => {
    const prefix = path.startsWith(rootWithBase) ? rootWithBase : root
    if (!path.startsWith(prefix)) return findConstant(method, path)
    const slash = path.indexOf('/', prefix.length)
    const sessionId = path.slice(prefix.length, slash)
    // The router handles paths without a second segment, percent-encoded ids, and paths whose query begins in
    // the first segment.
    if (slash === -1 || sessionId.includes('%') || sessionId.includes('?')) return undefined
    const queryStart = path.indexOf('?', slash)
    const name = queryStart === -1 ? path.slice(slash) : path.slice(slash, queryStart)
    const found = ofSession.find((fast) => fast.name === name && fast.method === method)
    if (found === undefined) return undefined
    const query = queryStart === -1 ? noQuery : new URLSearchParams(path.slice(queryStart))
    return server.serve(found.route, { ...noPathParameters, sessionId }, query)
  }
}
