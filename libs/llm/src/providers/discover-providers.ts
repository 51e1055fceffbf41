import { systemClock } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'

import type { ModelInfo } from './model-provider.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible/openai-compatible-provider.ts'
import { providerKinds } from './provider-kinds.ts'

/** A local model server that responds and lists a model. */
export interface DiscoveredProvider {
  readonly id: string
  readonly url: string
  readonly models: readonly ModelInfo[]
}

export interface DiscoverOptions {
  /**
   * Returns true for an address that must not be requested, such as one of this system. Default: all
   * addresses are requested.
   */
  readonly isExcluded?: ((url: URL) => boolean) | undefined
  /** Addresses by the ids of the providers. Default: the usual ports of local model servers. */
  readonly addresses?: readonly (readonly [id: string, url: string])[] | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly clock?: Clock | undefined
}

const timeoutMs = 300

const localAddresses = [...providerKinds].flatMap(([id, { url }]) =>
  url?.startsWith('http://localhost:') === true
    ? [[id, url.replace('localhost', '127.0.0.1')] as const]
    : [],
)

/**
 * Requests the list of models at the usual ports of local model servers. Waits at most 300 ms for each list.
 */
export async function discoverProviders({
  isExcluded = () => false,
  addresses = localAddresses,
  fetch,
  clock = systemClock,
}: DiscoverOptions = {}): Promise<DiscoveredProvider[]> {
  const found = await Promise.all(
    addresses
      .filter(([, url]) => !isExcluded(new URL(url)))
      .map(async ([id, url]): Promise<DiscoveredProvider[]> => {
        const provider = createOpenAiCompatibleProvider({ url, timeoutMs, fetch, clock })
        try {
          const models = await provider.listModels()
          return models.length === 0 ? [] : [{ id, url, models }]
        } catch {
          // No model server responds at this address.
          return []
        }
      }),
  )
  return found.flat()
}
