import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import { notFound } from '@mcp/server'

import type { MessageRequest, Selection } from '../messages/message-request.ts'
import type { ModelProvider } from '@mcp/llm'
import type { ModelProfiles } from './model-profile.ts'
import { profileOf } from './model-profile.ts'
import type { ModelCandidate } from './rank-models.ts'
import { hasPreferences, rankModels } from './rank-models.ts'

/** Selects the provider and model of a request. Offline providers are never selected. */
export interface ModelSelector {
  /** Returns the preferred provider. Throws `unavailable` if there is no language model. */
  requireProvider(): ModelProvider
  /** Returns the models of all providers. */
  list(signal: AbortSignal): Promise<readonly ListedModel[]>
  /**
   * Returns the model for a request.
   *
   * @throws McpError `unavailable` if there is no language model; `not-found` if there are several
   * providers and none of them lists the named model.
   */
  choose(request: ModelQuery, signal: AbortSignal): Promise<ChosenModel>
}

export interface ListedModel extends ModelCandidate {
  readonly modelProvider: ModelProvider
}

export interface ChosenModel {
  readonly modelProvider: ModelProvider
  /** Undefined if the provider uses its default model. */
  readonly model: string | undefined
  readonly selection: Selection
}

export type ModelQuery = Pick<MessageRequest, 'model' | 'modelPreferences'>

export interface ModelSelectorOptions {
  /** Returns the current providers. */
  readonly providers: () => readonly ModelProvider[]
  readonly profiles: ModelProfiles
  readonly clock: Clock
}

/** TTL of the cached list of a provider's models, in milliseconds. */
const listTtlMs = 5 * 60_000

/** Maximum number of models per provider. */
const maxModels = 1000

/** Matches the names of models that are not chat models. */
const nonChatModels = /embed|whisper|tts|dall-e|image|audio|moderation|transcribe|rerank/i

/** Creates a selector. Throws `invalid-request` if two providers have the same id. */
// This is a single function, because all parts share the providers and the listed models.
// oxlint-disable-next-line max-lines-per-function
export function createModelSelector(options: ModelSelectorOptions): ModelSelector {
  const { profiles, clock } = options
  const current = () => options.providers().filter(({ offline }) => offline !== true)
  refuseSharedIds(current())
  const lists = new Map<ModelProvider, { readonly until: number; readonly ids: string[] }>()

  function requireProvider(): ModelProvider {
    const [first] = current()
    if (first !== undefined) return first
    throw new McpError(
      'unavailable',
      'No language model is configured. Set LLM_API_URL, LLM_API_KEY and LLM_MODEL, and restart.',
      {
        retryable: false,
        details: {
          reason: 'no-language-model',
          variables: ['LLM_API_URL', 'LLM_API_KEY', 'LLM_MODEL'],
        },
      },
    )
  }

  async function idsOf(provider: ModelProvider, signal: AbortSignal): Promise<string[]> {
    const known = lists.get(provider)
    if (known !== undefined && known.until > clock.now()) return known.ids
    const models = await provider.listModels({ signal })
    const ids = Array.from(new Set(models.slice(0, maxModels).map(({ id }) => id)))
    lists.set(provider, { ids, until: clock.now() + listTtlMs })
    return ids
  }

  async function list(signal: AbortSignal): Promise<ListedModel[]> {
    const providers = current()
    const listed = await Promise.allSettled(providers.map((provider) => idsOf(provider, signal)))
    signal.throwIfAborted()
    const failed = listed.find((result) => result.status === 'rejected')
    // A failing provider must not hide the models of the others.
    if (failed !== undefined && listed.every(({ status }) => status === 'rejected')) {
      throw failed.reason
    }
    return providers.flatMap((modelProvider, index) => {
      const result = listed[index]
      const ids = result?.status === 'fulfilled' ? result.value : []
      return ids.map((model) => ({
        model,
        provider: modelProvider.id,
        profile: profileOf(model, profiles),
        modelProvider,
      }))
    })
  }

  async function findNamed(model: string, signal: AbortSignal): Promise<ChosenModel> {
    const [only, ...others] = current()
    // A provider may accept models that it does not list. If there is only one provider, any model
    // name is therefore accepted.
    if (only !== undefined && others.length === 0) return choiceOf(only, model)
    const listed = await list(signal)
    const found =
      listed.find((candidate) => candidate.model === model) ??
      listed.find((candidate) => `${candidate.provider}/${candidate.model}` === model)
    if (found !== undefined) return choiceOf(found.modelProvider, found.model)
    throw notFound(
      'model',
      model,
      listed.map((candidate) => candidate.model),
    )
  }

  return {
    requireProvider,
    list,
    async choose({ model, modelPreferences }, signal) {
      const first = requireProvider()
      if (model !== undefined) return findNamed(model, signal)
      if (modelPreferences === undefined || !hasPreferences(modelPreferences)) {
        return providerChooses(first, 'No preference: the first provider uses its default model.')
      }
      const listed = await listOrEmpty(signal)
      const ranking = rankModels(
        listed.filter((candidate) => !nonChatModels.test(candidate.model)),
        modelPreferences,
      )
      if (ranking === undefined) {
        return providerChooses(
          first,
          'No models are listed: the first provider uses its default model.',
        )
      }
      const { best, selection } = ranking
      return { modelProvider: best.modelProvider, model: best.model, selection }
    },
  }

  /**
   * Returns the models of all providers, or an empty list if all providers fail. Preferences are
   * optional, so the request then continues with the default model.
   */
  async function listOrEmpty(signal: AbortSignal): Promise<readonly ListedModel[]> {
    try {
      return await list(signal)
    } catch (thrown) {
      if (signal.aborted) throw thrown
      return []
    }
  }
}

function refuseSharedIds(providers: readonly ModelProvider[]): void {
  const ids = providers.map(({ id }) => id)
  const shared = ids.find((id, index) => ids.indexOf(id) < index)
  if (shared === undefined) return
  throw new McpError(
    'invalid-request',
    `Duplicate provider id "${shared}". Give each provider a unique id.`,
  )
}

const providerChooses = (modelProvider: ModelProvider, reason: string): ChosenModel => ({
  modelProvider,
  model: undefined,
  selection: { candidates: [], reason },
})

const choiceOf = (modelProvider: ModelProvider, model: string): ChosenModel => ({
  modelProvider,
  model,
  selection: {
    candidates: [{ model, provider: modelProvider.id }],
    reason: 'Named by the caller.',
  },
})
