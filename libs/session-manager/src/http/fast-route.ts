import type { RawRoute } from '@mcp/http'

import type { Route } from './route.ts'
import type { RouteServer } from './route-server.ts'

const root = '/sessions/'
const template = /^\/sessions\/\{sessionId\}(\/\w+)$/
const noQuery = new URLSearchParams()

/**
 * Creates the fast path, which finds the most used routes by comparing strings. It returns `undefined`
 * for all other requests, which the router handles. The path may include the base path or not.
 */
export function createFastRoute(
  routes: readonly Route[],
  server: Pick<RouteServer, 'serve'>,
  basePath = '',
): (method: string, path: string) => RawRoute | undefined {
  const rootWithBase = basePath + root
  const fastRoutes = routes
    .filter(({ isFast }) => isFast)
    .map((route) => ({ route, method: route.method, name: template.exec(route.path)?.[1] }))

  return (method, path) => {
    const prefix = path.startsWith(rootWithBase) ? rootWithBase : root
    if (!path.startsWith(prefix)) return undefined
    const slash = path.indexOf('/', prefix.length)
    const sessionId = path.slice(prefix.length, slash)
    // The router handles paths without a second segment. It also rejects ids with `%` or `?`.
    if (slash === -1 || sessionId.includes('%') || sessionId.includes('?')) return undefined
    const queryStart = path.indexOf('?', slash)
    const name = queryStart === -1 ? path.slice(slash) : path.slice(slash, queryStart)
    const found = fastRoutes.find((fast) => fast.name === name && fast.method === method)
    if (found === undefined) return undefined
    const query = queryStart === -1 ? noQuery : new URLSearchParams(path.slice(queryStart))
    const parameters = { sessionId, requestId: '', interactionId: '' }
    return server.serve(found.route, parameters, query)
  }
}
