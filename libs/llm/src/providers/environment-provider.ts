import { McpError } from '@mcp/protocol'

import type { ProviderSettings } from './provider-kinds.ts'
import { offline, providerKinds, providerNames } from './provider-kinds.ts'

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

/** The provider that the environment variables name. */
export interface EnvironmentProvider {
  readonly id: string
  readonly settings: ProviderSettings
}

/**
 * Returns the provider of the settings, `offline`, or undefined if none is set. An empty variable counts as
 * not set, because compose files set unconfigured variables to an empty string.
 *
 * @throws McpError `invalid-params` if the settings name an unknown provider, or contain a key or a model but
 *   neither a provider nor a URL.
 */
export function environmentProvider(
  settings: ModelSettings,
): EnvironmentProvider | 'offline' | undefined {
  const [name, url, key, model] = [
    trimmed(settings.LLM_PROVIDER),
    trimmed(settings.LLM_API_URL),
    trimmed(settings.LLM_API_KEY),
    trimmed(settings.LLM_MODEL),
  ]
  if (name === offline) return offline
  if (name === undefined && url === undefined) {
    refuseUnused({ LLM_API_KEY: key, LLM_MODEL: model })
    return undefined
  }
  const id = name ?? 'openai-compatible'
  if (!providerKinds.has(id)) {
    throw new McpError(
      'invalid-params',
      `Unknown LLM_PROVIDER "${id}". It must be one of ${providerNames.join(', ')}.`,
    )
  }
  return { id, settings: { key, url, model } }
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
