import { resources } from '@mcp/contracts/resources'
import { systemClock } from '@mcp/protocol'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { createErrorReporter, defineServer } from '@mcp/server'

import { createListHandlers } from './listing/list-handlers.ts'
import { memoryResources } from './providers/memory/memory-resources.ts'
import { providersHealth } from './providers/provider-health.ts'
import { createProviderRegistry } from './providers/provider-registry.ts'
import type { ResourceProvider } from './providers/resource-provider.ts'
import { createReadHandlers } from './reading/read-handlers.ts'
import { createChangeFeed } from './subscriptions/change-feed.ts'
import { createSharedWatches } from './subscriptions/shared-watches.ts'
import { createSubscribeHandlers } from './subscriptions/subscribe-handlers.ts'
import { createSubscriptionIndex } from './subscriptions/subscription-index.ts'
import type { SubscriptionStore } from './subscriptions/subscription-store.ts'
import { createSubscriptions } from './subscriptions/subscriptions.ts'
import { watchableProviders } from './subscriptions/watchable-providers.ts'
import { createTemplateHandlers } from './templates/template-handlers.ts'
import { createWriteHandlers } from './writing/write-handlers.ts'

export interface ResourcesServerOptions extends ServerOptions {
  /** Sources of the resources. Default: `[memoryResources()]`. */
  readonly providers?: readonly ResourceProvider[] | undefined
  /** Stores the subscriptions. Default: they do not survive the process. */
  readonly subscriptionStore?: SubscriptionStore | undefined
}

/**
 * Creates the resources server, which offers files, memory and web content as resources.
 *
 * @throws McpError `conflict` if two providers have the same prefix.
 *
 * @example
 * const server = resourcesServer({
 *   providers: [fileResources({ folder: 'docs', name: 'docs' }), memoryResources()],
 * })
 */
export function resourcesServer(options: ResourcesServerOptions = {}): LocalServer {
  const { providers = [memoryResources()], subscriptionStore, ...serverOptions } = options
  const { clock = systemClock, sessionStates = [] } = serverOptions
  const registry = createProviderRegistry(providers)
  const index = createSubscriptionIndex()
  const onError = createErrorReporter(serverOptions.onError)
  const feed = createChangeFeed({
    index,
    clock,
    emitUpdated: ({ uri, change, etag }, sessionIds) =>
      server.notify('resource-updated', { uri, change, etag }, { sessionIds }),
    emitListChanged: (counts) => server.notify('resource-list-changed', counts),
    onError,
  })
  const watches = createSharedWatches({
    onChange: (change) => feed.publish(change, 'watch'),
    onError,
    onStart: () => feed.reset(),
  })
  const subscriptions = createSubscriptions({ index, watches, store: subscriptionStore, onError })
  for (const stored of subscriptionStore?.load() ?? []) {
    try {
      subscriptions.restore(stored, watchableProviders(registry, stored.target))
    } catch {
      // The provider of the subscription is no longer configured, or can no longer be watched.
      subscriptionStore?.remove(stored)
    }
  }

  const server = defineServer(
    resources,
    {
      ...createListHandlers(registry),
      ...createReadHandlers(registry),
      ...createTemplateHandlers(registry),
      ...createWriteHandlers(registry, (change) => feed.publish(change, 'write')),
      ...createSubscribeHandlers(registry, subscriptions),
    },
    {
      health: () => providersHealth(providers),
      ...serverOptions,
      selfPaging: ['read'],
      sessionStates: [subscriptions, ...sessionStates],
      async onClose() {
        feed.close()
        await watches.close()
        const closing = providers.map(async (provider) => provider.close?.())
        for (const result of await Promise.allSettled(closing)) {
          if (result.status === 'rejected') onError(result.reason)
        }
        await serverOptions.onClose?.()
      },
    },
  )
  return server
}
