import type { resources } from '@mcp/contracts/resources'
import { McpError } from '@mcp/protocol'
import type { Handlers } from '@mcp/server'
import pMap from 'p-map'

import { describeResource } from '../providers/describe-resource.ts'
import type { ProviderRegistry } from '../providers/provider-registry.ts'
import { resourceNotFound } from '../providers/resource-not-found.ts'
import { readResource } from './read-resource.ts'

type ReadHandlers = Pick<Handlers<typeof resources>, 'read' | 'readMany' | 'stat'>

const maxConcurrentReads = 4

/** Creates the handlers that read resources and their metadata. */
export function createReadHandlers(registry: ProviderRegistry): ReadHandlers {
  return {
    read({ resource, ...options }, { signal, markUntrusted }) {
      markUntrusted()
      return readResource(registry.resolve(resource), { ...options, signal })
    },
    async readMany({ uris, ...options }, { signal, markUntrusted }) {
      markUntrusted()
      const readOne = async (uri: string) => {
        try {
          const result = await readResource(registry.resolve(uri), { ...options, signal })
          return { status: 'success' as const, uri, result }
        } catch (thrown) {
          signal.throwIfAborted()
          const { code, message, retryable, details } = McpError.from(thrown).toBody()
          return { status: 'error' as const, uri, error: { code, message, retryable, details } }
        }
      }
      return { results: await pMap(uris, readOne, { concurrency: maxConcurrentReads }) }
    },
    async stat({ resource }, { signal, markUntrusted }) {
      markUntrusted()
      const { uri, provider } = registry.resolve(resource)
      const info = await provider.stat(uri, { signal })
      if (info === undefined) throw resourceNotFound(uri)
      return describeResource(info, provider)
    },
  }
}
