import type { ModelProvider, Providers, ProviderState } from '@mcp/llm'
import type { Clock, ErrorBody } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

const timeoutMs = 5000
const maxModels = 1000

/** A provider with its models. */
export interface ProviderModels extends ProviderState {
  readonly models: readonly string[]
  /** Reason why the models could not be listed. */
  readonly error?: ErrorBody | undefined
}

/**
 * Returns every provider with its models. A provider that is not configured, or that does not respond
 * within 5 s, has no models.
 */
export async function listAllModels(
  providers: Providers,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<{
  readonly default: string | undefined
  readonly providers: readonly ProviderModels[]
}> {
  const ready = new Map(providers.ready().map((provider) => [provider.id, provider]))
  const timeout = new AbortController()
  const stop = clock.after(timeoutMs, () => timeout.abort())
  const either = AbortSignal.any([signal, timeout.signal])
  try {
    const groups = providers.list().map((state) => withModels(state, ready.get(state.id), either))
    return { default: providers.default?.id, providers: await Promise.all(groups) }
  } finally {
    stop()
  }
}

async function withModels(
  state: ProviderState,
  provider: ModelProvider | undefined,
  signal: AbortSignal,
): Promise<ProviderModels> {
  return {
    ...state,
    ...(provider === undefined ? { models: [] } : await modelsOf(provider, signal)),
  }
}

async function modelsOf(
  provider: ModelProvider,
  signal: AbortSignal,
): Promise<Pick<ProviderModels, 'models' | 'error'>> {
  try {
    const models = await provider.listModels({ signal })
    return { models: models.slice(0, maxModels).map(({ id }) => `${provider.id}/${id}`) }
  } catch (thrown) {
    return { models: [], error: McpError.from(thrown).toBody() }
  }
}
