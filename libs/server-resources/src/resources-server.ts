import { McpError, systemClock } from '@mcp/protocol'
import { resources } from '@mcp/contracts/resources'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { defineServer } from '@mcp/server'

import { createChangeFeed } from './subscriptions/change-feed.ts'
import { createChangeHandlers } from './writing/write-handlers.ts'
import { createListHandlers } from './listing/list-handlers.ts'
import { memoryResources } from './providers/memory/memory-resources.ts'
import { createProviderRegistry } from './providers/provider-registry.ts'
import { createReadHandlers } from './reading/read-handlers.ts'
import type { ResourceProvider } from './providers/resource-provider.ts'
import { createSubscribeHandlers } from './subscriptions/subscribe-handlers.ts'
import { createSubscriptionIndex } from './subscriptions/subscription-index.ts'
import { createSubscriptions } from './subscriptions/subscriptions.ts'
import { createTemplateHandlers } from './templates/template-handlers.ts'
import { createWatchers } from './subscriptions/shared-watches.ts'

export interface ResourcesServerOptions extends ServerOptions {
  /** Where resources come from. Default: `[memoryResources()]`. */
  readonly providers?: readonly ResourceProvider[] | undefined
}

/**
 * The resources server: files, memory and web addresses as resources.
 *
 * @throws McpError `conflict` where two providers claim the same URIs.
 *
 * @example
 * const server = resourcesServer({
 *   providers: [fileResources({ folder: 'docs', name: 'docs' }), memoryResources()],
 * })
 */
export function resourcesServer(options: ResourcesServerOptions = {}): LocalServer {
  const { providers = [memoryResources()], ...serverOptions } = options
  const { clock = systemClock, sessionStates = [] } = serverOptions
  const registry = createProviderRegistry(providers)
  const index = createSubscriptionIndex()
  const report = (thrown: unknown): void => serverOptions.onError?.(McpError.from(thrown), {})
  const feed = createChangeFeed({
    index,
    clock,
    tellUpdated: ({ uri, change, etag }, sessionIds) =>
      server.notify('resource-updated', { uri, change, etag }, { sessionIds }),
    tellListChanged: (counts) => server.notify('resource-list-changed', counts),
    onError: report,
  })
  const watchers = createWatchers({
    onChange: (change) => feed.announce(change, 'seen'),
    onError: report,
    onStart: () => feed.forget(),
  })
  const subscriptions = createSubscriptions(index, watchers)

  const server = defineServer(
    resources,
    {
      ...createListHandlers(registry),
      ...createReadHandlers(registry),
      ...createTemplateHandlers(registry),
      ...createChangeHandlers(registry, (change) => feed.announce(change, 'made')),
      ...createSubscribeHandlers(registry, subscriptions),
    },
    {
      ...serverOptions,
      selfPaging: ['read'],
      sessionStates: [subscriptions, ...sessionStates],
      async onClose() {
        feed.close()
        await watchers.close()
        const closing = providers.map(async (provider) => provider.close?.())
        for (const outcome of await Promise.allSettled(closing)) {
          if (outcome.status === 'rejected') report(outcome.reason)
        }
        await serverOptions.onClose?.()
      },
    },
  )
  return server
}
