import { createLazy } from '@mcp/concurrency'
import { internet } from '@mcp/contracts/internet'
import { McpError } from '@mcp/protocol'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { defineServer } from '@mcp/server'

import { checkOptions } from './check-options.ts'
import type { InternetOptions } from './internet-options.ts'
import type { Internet } from './internet.ts'

export interface InternetServerOptions extends ServerOptions, InternetOptions {}

/**
 * Creates an internet server, which fetches web pages and searches the web. It connects only to public
 * addresses and allowed hosts.
 *
 * @example
 * const server = internetServer({ allowedHosts: ['intranet.example'] })
 * await server.close()
 */
export function internetServer(options: InternetServerOptions = {}): LocalServer {
  const { onClose, sessionStates = [] } = options
  checkOptions(options)
  let closed = false
  const opened = createLazy(async () => {
    const { createInternet } = await import('./internet.ts')
    return createInternet(options)
  })

  async function handlers(): Promise<Internet['handlers']> {
    if (closed) throw new McpError('unavailable', 'The internet server is shutting down.')
    return (await opened.get()).handlers
  }

  return defineServer(
    internet,
    {
      fetch: async (params, context) => (await handlers()).fetch(params, context),
      fetchMany: async (params, context) => (await handlers()).fetchMany(params, context),
      head: async (params, context) => (await handlers()).head(params, context),
      extract: async (params, context) => (await handlers()).extract(params, context),
      links: async (params, context) => (await handlers()).links(params, context),
      search: async (params, context) => (await handlers()).search(params, context),
      checkRobots: async (params, context) => (await handlers()).checkRobots(params, context),
      sitemap: async (params, context) => (await handlers()).sitemap(params, context),
      cacheStats: async (params, context) => (await handlers()).cacheStats(params, context),
      clearCache: async (params, context) => (await handlers()).clearCache(params, context),
    },
    {
      ...options,
      selfPaging: ['fetch', 'extract'],
      sessionStates: [
        ...sessionStates,
        {
          sessionClosed: async (sessionId) => (await opened.settled())?.sessionClosed(sessionId),
          close() {},
        },
      ],
      async onClose() {
        closed = true
        await (await opened.settled())?.close()
        await onClose?.()
      },
    },
  )
}
