import type { RawHandler } from '@mcp/http'

import type { Handlers } from './handlers.ts'

const root = '/sessions/'
const noQuery = new URLSearchParams()

/**
 * Finds the two busy routes by comparing strings; everything else goes through the router. The
 * path may come with the base path or without.
 */
export function createHotRoute(
  handlers: Pick<Handlers, 'postRequest' | 'openStream'>,
  basePath = '',
): (method: string, path: string) => RawHandler | undefined {
  const based = basePath + root
  return (method, path) => {
    const prefix = path.startsWith(based) ? based : root
    if (!path.startsWith(prefix)) return undefined
    const slash = path.indexOf('/', prefix.length)
    const sessionId = path.slice(prefix.length, slash)
    // An escaped id is not one of ours; the router knows how to say so.
    if (slash === -1 || sessionId.includes('%') || sessionId.includes('?')) return undefined
    const mark = path.indexOf('?', slash)
    const rest = mark === -1 ? path.slice(slash) : path.slice(slash, mark)
    if (rest === '/requests' && method === 'POST') return handlers.postRequest(sessionId)
    if (rest !== '/events' || method !== 'GET') return undefined
    const query = mark === -1 ? noQuery : new URLSearchParams(path.slice(mark))
    return handlers.openStream(sessionId, query)
  }
}
