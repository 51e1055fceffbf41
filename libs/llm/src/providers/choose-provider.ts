import { McpError } from '@mcp/protocol'

import type { ModelProvider } from './model-provider.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible/openai-compatible-provider.ts'

/**
 * Settings of the language model. Their names are those of the environment variables, so the parsed
 * variables of an app can be passed directly.
 */
export interface ModelSettings {
  /** One of {@link providerNames}. Default: `openai-compatible` if `LLM_API_URL` is set, else none. */
  readonly LLM_PROVIDER?: string | undefined
  /** Base URL of the API. Default: the address of the provider, if it has one. */
  readonly LLM_API_URL?: string | undefined
  readonly LLM_API_KEY?: string | undefined
  /** Name of the model. Default: the first chat model that the provider lists. */
  readonly LLM_MODEL?: string | undefined
}

/** Options that the `create` function of each provider kind receives. */
interface ProviderOptions {
  readonly id: string
  readonly url: string
  readonly key: string | undefined
  readonly model: string | undefined
}

interface ProviderKind {
  readonly create: (options: ProviderOptions) => ModelProvider
  /** Address that is used if `LLM_API_URL` is not set. If absent, `LLM_API_URL` is required. */
  readonly url?: string
  readonly requiresKey: boolean
}

const create = createOpenAiCompatibleProvider

/**
 * The provider kinds by their names in `LLM_PROVIDER`. To add a provider, create a folder next to this
 * file and add a line here.
 */
const kinds = new Map<string, ProviderKind>([
  ['openai-compatible', { create, requiresKey: false }],
  ['openai', { create, url: 'https://api.openai.com/v1', requiresKey: true }],
  ['anthropic', { create, url: 'https://api.anthropic.com/v1', requiresKey: true }],
  ['ollama', { create, url: 'http://localhost:11434/v1', requiresKey: false }],
])

const offline = 'offline'

/** The values of `LLM_PROVIDER`. */
export const providerNames: readonly string[] = [...kinds.keys(), offline]

/**
 * Returns the provider that the settings name. Returns undefined if no variable is set, or if
 * `LLM_PROVIDER` is `offline`. An empty variable counts as not set, because compose files set
 * unconfigured variables to an empty string.
 *
 * @throws McpError `invalid-params` if the settings are incomplete or name an unknown provider.
 *
 * @example
 * const provider = chooseProvider(process.env) ?? createOfflinePlanner()
 */
export function chooseProvider(settings: ModelSettings): ModelProvider | undefined {
  const [name, url, key, model] = [
    trimmed(settings.LLM_PROVIDER),
    trimmed(settings.LLM_API_URL),
    trimmed(settings.LLM_API_KEY),
    trimmed(settings.LLM_MODEL),
  ]
  if (name === offline) return undefined
  if (name === undefined && url === undefined) {
    refuseUnused({ LLM_API_KEY: key, LLM_MODEL: model })
    return undefined
  }
  const id = name ?? 'openai-compatible'
  const kind = kinds.get(id)
  if (kind === undefined) throw unknownProvider(id)
  const address = url ?? kind.url
  if (address === undefined) throw missing(id, 'LLM_API_URL')
  if (kind.requiresKey && key === undefined) throw missing(id, 'LLM_API_KEY')
  return kind.create({ id, url: address, key, model })
}

/** Returns one line for a start banner: the provider and its model, or the variables to set. */
export function describeProvider(provider: ModelProvider | undefined, model?: string): string {
  const hint = 'Set LLM_API_URL, LLM_API_KEY and LLM_MODEL for one'
  if (provider === undefined) return `none. ${hint}`
  if (provider.offline === true) return `${provider.label}. ${hint}`
  return [provider.label, model].filter((part) => part !== undefined).join(', ')
}

function trimmed(setting: string | undefined): string | undefined {
  return setting?.trim() || undefined
}

function refuseUnused(settings: Pick<ModelSettings, 'LLM_API_KEY' | 'LLM_MODEL'>): void {
  const names = Object.entries(settings).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  )
  if (names.length === 0) return
  throw new McpError(
    'invalid-params',
    `${names.join(' and ')} set without LLM_API_URL. Set LLM_API_URL, for example to https://api.openai.com/v1, or name a provider in LLM_PROVIDER.`,
  )
}

function missing(name: string, variable: string): McpError {
  return new McpError('invalid-params', `LLM_PROVIDER "${name}" requires ${variable}.`)
}

function unknownProvider(name: string): McpError {
  return new McpError(
    'invalid-params',
    `Unknown LLM_PROVIDER "${name}". It must be one of ${providerNames.join(', ')}.`,
  )
}
