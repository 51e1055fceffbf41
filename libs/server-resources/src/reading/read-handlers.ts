import { McpError } from '@mcp/protocol'
import type { resources } from '@mcp/contracts/resources'
import type { Handlers } from '@mcp/server'

import { entryOf } from '../providers/resource-entry.ts'
import { mapWithLimit } from '../map-with-limit.ts'
import { noResource } from '../providers/resource-not-found.ts'
import type { ProviderRegistry } from '../providers/provider-registry.ts'
import { readResource } from './read-resource.ts'

type ReadHandlers = Pick<Handlers<typeof resources>, 'read' | 'readMany' | 'stat'>

const readsAtOnce = 4

/** Reading: one resource, several, or only what is known of one. */
export function createReadHandlers(registry: ProviderRegistry): ReadHandlers {
  return {
    read({ resource, ...options }, { signal, markUntrusted }) {
      markUntrusted()
      return readResource(registry.resolve(resource), { ...options, signal })
    },
    async readMany({ uris, ...options }, { signal, markUntrusted }) {
      markUntrusted()
      const results = await mapWithLimit(uris, readsAtOnce, async (uri) => {
        try {
          const result = await readResource(registry.resolve(uri), { ...options, signal })
          return { status: 'success' as const, uri, result }
        } catch (thrown) {
          signal.throwIfAborted()
          const { code, message, retryable, details } = McpError.from(thrown).toBody()
          return { status: 'error' as const, uri, error: { code, message, retryable, details } }
        }
      })
      return { results }
    },
    async stat({ resource }, { signal, markUntrusted }) {
      markUntrusted()
      const { uri, provider } = registry.resolve(resource)
      const info = await provider.stat(uri, { signal })
      if (info === undefined) throw noResource(uri)
      return entryOf(info, provider)
    },
  }
}
