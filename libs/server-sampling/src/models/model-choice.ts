import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import { notFound } from '@mcp/server'

import type { MessageRequest, Selection } from '../messages/message-request.ts'
import type { ModelProvider } from '@mcp/llm'
import type { ModelProfiles } from './model-profile.ts'
import { profileOf } from './model-profile.ts'
import type { ModelCandidate } from './rank-models.ts'
import { prefersSomething, rankModels } from './rank-models.ts'

/** The providers that are language models, and which of their models answers what. */
export interface ModelChoice {
  /** @throws McpError `unavailable`, where there is no language model. */
  requireProvider(): ModelProvider
  /** All models of all providers. */
  list(signal: AbortSignal): Promise<readonly ListedModel[]>
  /**
   * The model for a request.
   *
   * @throws McpError `not-found` where the one it names is not there.
   */
  choose(request: ModelQuery, signal: AbortSignal): Promise<ChosenModel>
}

export interface ListedModel extends ModelCandidate {
  readonly from: ModelProvider
}

export interface ChosenModel {
  readonly from: ModelProvider
  /** Absent where the provider chooses. */
  readonly model: string | undefined
  readonly selection: Selection
}

export type ModelQuery = Pick<MessageRequest, 'model' | 'modelPreferences'>

export interface ModelChoiceOptions {
  readonly providers: readonly ModelProvider[]
  readonly profiles: ModelProfiles
  readonly clock: Clock
}

/** How long a provider's list of models is taken for true, in milliseconds. */
const listedForMs = 5 * 60_000

const mostModels = 1000

/** Models that providers list as well, and that hold no conversations. */
const otherKinds = /embed|whisper|tts|dall-e|image|audio|moderation|transcribe|rerank/i

/** @throws McpError `invalid-request` where two providers have one id. */
export function createModelChoice(options: ModelChoiceOptions): ModelChoice {
  const { profiles, clock } = options
  const providers = options.providers.filter(({ offline }) => offline !== true)
  refuseSharedIds(providers)
  const lists = new Map<ModelProvider, { readonly until: number; readonly ids: string[] }>()

  function requireProvider(): ModelProvider {
    const [first] = providers
    if (first !== undefined) return first
    throw new McpError(
      'unavailable',
      'There is no language model. Set LLM_API_URL, LLM_API_KEY and LLM_MODEL for one, and start anew.',
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
    const ids = Array.from(new Set(models.slice(0, mostModels).map(({ id }) => id)))
    lists.set(provider, { ids, until: clock.now() + listedForMs })
    return ids
  }

  async function list(signal: AbortSignal): Promise<ListedModel[]> {
    const listed = await Promise.allSettled(providers.map((from) => idsOf(from, signal)))
    signal.throwIfAborted()
    const failed = listed.find((outcome) => outcome.status === 'rejected')
    // One that does not answer must not hide the models of the others.
    if (failed !== undefined && listed.every(({ status }) => status === 'rejected')) {
      throw failed.reason
    }
    return providers.flatMap((from, index) => {
      const outcome = listed[index]
      const ids = outcome?.status === 'fulfilled' ? outcome.value : []
      return ids.map((model) => ({
        model,
        provider: from.id,
        profile: profileOf(model, profiles),
        from,
      }))
    })
  }

  async function findNamed(model: string, signal: AbortSignal): Promise<ChosenModel> {
    const [only, ...others] = providers
    // A single provider knows its models best, and may have some that it does not list.
    if (only !== undefined && others.length === 0) return choiceOf(only, model)
    const listed = await list(signal)
    const found = listed.find((candidate) => candidate.model === model)
    if (found !== undefined) return choiceOf(found.from, model)
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
      if (modelPreferences === undefined || !prefersSomething(modelPreferences)) {
        return providerChooses(first, 'No model is preferred: the first provider chooses its own.')
      }
      const listed = await listOrNothing(signal)
      const ranking = rankModels(
        listed.filter((candidate) => !otherKinds.test(candidate.model)),
        modelPreferences,
      )
      if (ranking === undefined) {
        return providerChooses(first, 'No models are listed: the first provider chooses its own.')
      }
      const { best, selection } = ranking
      return { from: best.from, model: best.model, selection }
    },
  }

  /** Preferences are wishes: a provider that does not list its models answers all the same. */
  async function listOrNothing(signal: AbortSignal): Promise<readonly ListedModel[]> {
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
    `Two providers have the id "${shared}"; models are told apart by it, so give each its own.`,
  )
}

const providerChooses = (from: ModelProvider, reason: string): ChosenModel => ({
  from,
  model: undefined,
  selection: { candidates: [], reason },
})

const choiceOf = (from: ModelProvider, model: string): ChosenModel => ({
  from,
  model,
  selection: { candidates: [{ model, provider: from.id }], reason: 'The caller named it.' },
})
