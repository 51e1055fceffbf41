import { McpError } from '@mcp/protocol'

import type { LlmProvider } from './llm-provider.ts'
import { createOfflinePlanner } from './offline-planner/offline-planner.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible/openai-compatible-provider.ts'

/** What the environment says of the language model; each field names its variable. */
export interface LlmOptions {
  /** `LLM_API_URL`. Default: the provider's own. */
  readonly url?: string | undefined
  /** `LLM_API_KEY`. */
  readonly key?: string | undefined
  /** `LLM_MODEL`. Default: the first chat model that the provider lists. */
  readonly model?: string | undefined
  /** `LLM_PROVIDER`: `openai-compatible`, `openai`, `anthropic`, `ollama` or `offline`. */
  readonly provider?: string | undefined
  /** How long the provider may send nothing, in milliseconds. Default: two minutes. */
  readonly timeoutMs?: number | undefined
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

export interface ChosenLlm {
  readonly provider: LlmProvider
  /** Why it is the offline planner, and what to set for a language model. */
  readonly reason?: string
}

interface KnownProvider {
  readonly url?: string
  readonly needsKey: boolean
}

const known = new Map<string, KnownProvider>([
  ['openai-compatible', { needsKey: false }],
  ['openai', { url: 'https://api.openai.com/v1', needsKey: true }],
  ['anthropic', { url: 'https://api.anthropic.com/v1', needsKey: true }],
  ['ollama', { url: 'http://localhost:11434/v1', needsKey: false }],
])

/**
 * The provider that the settings ask for. Without an address and a key, and without a provider that
 * does without them, it is the offline planner, with the reason.
 *
 * @throws McpError `invalid-params` where a setting is wrong: a wrong one is never passed over.
 *
 * @example
 * const { provider, reason } = createLlm({ url: env.LLM_API_URL, key: env.LLM_API_KEY })
 */
export function createLlm(options: LlmOptions = {}): ChosenLlm {
  const { timeoutMs, fetch } = options
  const [url, key, model, named] = [
    filled(options.url),
    filled(options.key),
    filled(options.model),
    filled(options.provider),
  ]
  if (named === 'offline') return offline('LLM_PROVIDER is "offline".')
  const provider = known.get(named ?? 'openai-compatible')
  if (provider === undefined) throw unknownProvider(named ?? '')

  const address = url ?? provider.url
  const needsKey = provider.needsKey || named === undefined
  if (address === undefined || (needsKey && key === undefined)) {
    return offline(whatToSet({ named, hasUrl: address !== undefined, hasKey: key !== undefined }))
  }
  const id = named ?? 'openai-compatible'
  return {
    provider: createOpenAiCompatibleProvider({ id, url: address, key, model, timeoutMs, fetch }),
  }
}

function filled(setting: string | undefined): string | undefined {
  // A variable that is set to nothing, as compose files do, is not set.
  return setting === undefined || setting.trim() === '' ? undefined : setting.trim()
}

const offline = (reason: string): ChosenLlm => ({ provider: createOfflinePlanner(), reason })

interface Settings {
  readonly named: string | undefined
  readonly hasUrl: boolean
  readonly hasKey: boolean
}

function whatToSet({ named, hasUrl, hasKey }: Settings): string {
  const missing = [...(hasUrl ? [] : ['LLM_API_URL']), ...(hasKey ? [] : ['LLM_API_KEY'])]
  const keyless =
    named === undefined && hasUrl
      ? ' For a server that needs no key, set LLM_PROVIDER=openai-compatible.'
      : ''
  const forModel = named === undefined ? 'a language model' : `the provider "${named}"`
  return `No language model is set up: set ${missing.join(' and ')} for ${forModel}.${keyless}`
}

function unknownProvider(name: string): McpError {
  const names = [...known.keys(), 'offline'].join(', ')
  return new McpError(
    'invalid-params',
    `No provider is named "${name}". LLM_PROVIDER can be: ${names}.`,
  )
}
