import { McpError } from '@mcp/protocol'

import type { ModelSettings } from './environment-provider.ts'
import { environmentProvider } from './environment-provider.ts'
import type { ModelProvider } from './model-provider.ts'
import { completionsEndpoint } from './openai-compatible/completions-endpoint.ts'
import type { ProviderSettings } from './provider-kinds.ts'
import { offline, providerKinds } from './provider-kinds.ts'
import type { ProviderChange as AvailabilityChange } from './report-changes.ts'
import { reportChanges } from './report-changes.ts'

/** The language model providers of an app. */
export interface Providers {
  /**
   * Provider of the environment variables, else a fallback that is a language model, else the first provider
   * that is stored with all required settings, else the fallback. With `LLM_PROVIDER=offline`, always the
   * fallback.
   */
  readonly default: ModelProvider | undefined
  /** Returns the state of every known provider. It contains no key. */
  list(): readonly ProviderState[]
  /**
   * Returns the configured providers that can be called, the default one first. The fallback is not among them.
   */
  ready(): readonly ModelProvider[]
  /** @throws McpError `not-found` for an unknown id, `unavailable` if a setting is missing. */
  get(id: string): ModelProvider
  /**
   * Chooses the provider of a model. A name such as `openai/gpt-5` contains the id of the provider. Other
   * names are models of the default provider. A name with the id of a provider that is not configured is also
   * such a name, if the default provider is a language model.
   *
   * @throws McpError `unavailable` if there is no provider, or a setting of the named provider is missing.
   */
  choose(model?: string): ChosenProvider
  /**
   * Stores settings of a provider. Absent settings are kept, except that a key is not kept for an address with
   * another origin. `null` removes a setting.
   *
   * @throws McpError `not-found` for an unknown id, `conflict` if an environment variable has the same setting,
   *   `invalid-params` for a bad address.
   */
  configure(id: string, change: ProviderChange): Promise<ProviderState>
  /** Adopts the settings that other processes have stored. */
  refresh(): Promise<void>
}

export interface ChosenProvider {
  readonly provider: ModelProvider
  /** Name of the model for the provider, or undefined for its default model. */
  readonly model: string | undefined
}

export type ProviderChange = {
  readonly [Name in keyof ProviderSettings]?: string | null | undefined
}

export interface ProviderState {
  readonly id: string
  readonly title: string
  /** Base URL of the API. */
  readonly url?: string | undefined
  readonly hasKey: boolean
  /** Source of the settings, if the provider is configured. */
  readonly source?: 'environment' | 'file' | undefined
  /** Settings without which the provider cannot be called. */
  readonly missing: readonly ('key' | 'url')[]
  readonly isDefault: boolean
}

/** The stored settings by the ids of the providers. */
export type StoredProviders = Readonly<Record<string, ProviderSettings>>

/**
 * Changes the stored settings, and returns the new ones. Concurrent changes of this process, and of processes
 * that share the settings in a document, are not lost.
 */
export type ChangeStored = (
  edit: (stored: StoredProviders) => StoredProviders,
) => Promise<StoredProviders>

export interface ProvidersOptions {
  /** Stored settings. Environment variables override them. */
  readonly stored?: StoredProviders | undefined
  /** Changes the stored settings, and returns the new ones. Default: they are kept in memory. */
  readonly change?: ChangeStored | undefined
  /** Reads the stored settings again. Default: no other process changes them. */
  readonly reload?: (() => Promise<StoredProviders>) | undefined
  /**
   * Provider of the program itself. If it is a language model, it is the default unless the environment names a
   * provider. If it is `offline`, it is the default only if no language model is configured, or if
   * `LLM_PROVIDER` is `offline`. Default: none.
   */
  readonly fallback?: ModelProvider | undefined
  /** Receives each provider whose calls begin to fail, or succeed again. Default: none. */
  readonly onChange?: ((change: AvailabilityChange) => void) | undefined
}

/**
 * Creates the providers of an app from its settings and the stored ones.
 *
 * @throws McpError `invalid-params` if the settings are incomplete or name an unknown provider.
 *
 * @example
 * const providers = createProviders(process.env, { fallback: createOfflinePlanner() })
 * const { provider, model } = providers.choose('openai/gpt-5')
 */
// This is a single function, because all parts share the settings and the created providers.
// oxlint-disable-next-line max-lines-per-function
export function createProviders(
  settings: ModelSettings,
  options: ProvidersOptions = {},
): Providers {
  const { fallback, onChange, reload } = options
  const { change: changeStored = changeInMemory(options.stored) } = options
  const fromEnvironment = environmentProvider(settings)
  const environment = fromEnvironment === offline ? undefined : fromEnvironment
  const created = new Map<string, ModelProvider>()
  let stored = options.stored ?? {}

  const isConfigured = (id: string): boolean => environment?.id === id || Object.hasOwn(stored, id)
  const settingsOf = (id: string): ProviderSettings => {
    const known = Object.hasOwn(stored, id) ? stored[id] : undefined
    return environment?.id === id ? merge(known, environment.settings) : (known ?? {})
  }

  function stateOf(id: string): ProviderState {
    const kind = kindOf(id)
    const { key, url = kind.url } = settingsOf(id)
    return {
      id,
      title: kind.title,
      ...(url === undefined ? {} : { url }),
      hasKey: key !== undefined,
      ...(isConfigured(id) ? { source: environment?.id === id ? 'environment' : 'file' } : {}),
      missing: missingOf(id),
      isDefault: defaultId() === id,
    }
  }

  const isReady = (id: string): boolean => isConfigured(id) && missingOf(id).length === 0
  function missingOf(id: string): ProviderState['missing'] {
    const kind = kindOf(id)
    const { key, url = kind.url } = settingsOf(id)
    return [
      ...(url === undefined ? (['url'] as const) : []),
      ...(kind.requiresKey && key === undefined ? (['key'] as const) : []),
    ]
  }

  function defaultId(): string | undefined {
    if (fromEnvironment === offline) return undefined
    // A language model that the program itself passes stays the default one.
    if (environment === undefined && fallback !== undefined && !fallback.offline) return undefined
    return environment?.id ?? [...providerKinds.keys()].find(isReady)
  }

  function get(id: string): ModelProvider {
    if (id === fallback?.id) return fallback
    const kind = kindOf(id)
    const known = created.get(id)
    if (known !== undefined) return known
    const { url = kind.url, ...others } = settingsOf(id)
    const missing = isConfigured(id) ? missingOf(id) : ['settings']
    if (url === undefined || missing.length > 0) throw notConfigured(id, missing)
    const plain = kind.create({ id, url, ...others })
    const provider = onChange === undefined ? plain : reportChanges(plain, onChange)
    created.set(id, provider)
    return provider
  }

  function defaultProvider(): ModelProvider | undefined {
    const id = defaultId()
    return id === undefined ? fallback : get(id)
  }

  function adopt(next: StoredProviders): void {
    for (const id of created.keys()) {
      if (!areEqual(stored[id], next[id])) created.delete(id)
    }
    stored = next
  }

  if (environment !== undefined) {
    const [missing] = missingOf(environment.id)
    const variable = { key: 'LLM_API_KEY', url: 'LLM_API_URL' }
    if (missing !== undefined) {
      throw new McpError(
        'invalid-params',
        `LLM_PROVIDER "${environment.id}" requires ${variable[missing]}.`,
      )
    }
    get(environment.id)
  }

  return {
    get default() {
      return defaultProvider()
    },
    list: () => [...providerKinds.keys()].map(stateOf),
    ready() {
      const first = defaultId()
      const ids = [...providerKinds.keys()].filter((id) => id !== first && isReady(id))
      return [...(first === undefined ? [] : [first]), ...ids].map(get)
    },
    get,
    choose(name) {
      const slash = name?.indexOf('/') ?? -1
      const id = name?.slice(0, slash) ?? ''
      const main = defaultProvider()
      const isFallback = slash > 0 && id === fallback?.id
      const isProvider = slash > 0 && providerKinds.has(id)
      const hasLanguageModel = main !== undefined && main.offline !== true
      // Gateways such as OpenRouter list models as `openai/gpt-5`, too. If `openai` is not configured, the
      // whole name is therefore passed to the main provider.
      if (isFallback || (isProvider && (isReady(id) || !hasLanguageModel))) {
        return { provider: get(id), model: name?.slice(slash + 1) || undefined }
      }
      if (main === undefined) {
        throw new McpError('unavailable', 'No language model is configured.', {
          retryable: false,
          details: { reason: 'no-language-model' },
        })
      }
      return { provider: main, model: name }
    },
    async configure(id, change) {
      const { url } = kindOf(id)
      refuseOverridden(environment?.id === id ? environment.settings : {}, change)
      adopt(
        await changeStored(({ [id]: known, ...others }) => {
          const settings = changed(url, known ?? {}, change)
          // A provider with a usual address would stay configured without its last setting.
          const isRemoved = names.some((name) => change[name] === null) && isEmpty(settings)
          return isRemoved ? others : { ...others, [id]: settings }
        }),
      )
      return stateOf(id)
    },
    async refresh() {
      if (reload !== undefined) adopt(await reload())
    },
  }
}

/** Returns one line for a start banner: the provider and its model, or the variables to set. */
export function describeProvider(provider: ModelProvider | undefined, model?: string): string {
  const hint = 'Set LLM_API_URL, LLM_API_KEY and LLM_MODEL for one'
  if (provider === undefined) return `none. ${hint}`
  if (provider.offline === true) return `${provider.label}. ${hint}`
  return [provider.label, model].filter((part) => part !== undefined).join(', ')
}

function kindOf(id: string) {
  const kind = providerKinds.get(id)
  if (kind !== undefined) return kind
  const ids = [...providerKinds.keys()].join(', ')
  throw new McpError('not-found', `Unknown provider "${id.slice(0, 100)}". Known are ${ids}.`)
}

function notConfigured(id: string, missing: readonly string[]): McpError {
  return new McpError(
    'unavailable',
    `The provider "${id}" is not configured: ${missing.join(' and ')} missing. Set it with PUT /providers/${id}.`,
    { retryable: false, details: { reason: 'provider-not-configured', missing } },
  )
}

function changeInMemory(stored: StoredProviders = {}): ChangeStored {
  let current = stored
  return async (edit) => (current = edit(current))
}

const names = ['key', 'url', 'model'] as const

function areEqual(left: ProviderSettings = {}, right: ProviderSettings = {}): boolean {
  return names.every((name) => left[name] === right[name])
}

const isEmpty = (settings: ProviderSettings): boolean =>
  names.every((name) => settings[name] === undefined)

function merge(left: ProviderSettings = {}, right: ProviderSettings): ProviderSettings {
  const key = right.key ?? (sameHost(left.url, right.url ?? left.url) ? left.key : undefined)
  return { key, url: right.url ?? left.url, model: right.model ?? left.model }
}

/** Refuses a change that an environment variable would hide. */
function refuseOverridden(environment: ProviderSettings, change: ProviderChange): void {
  const name = names.find((each) => change[each] !== undefined && environment[each] !== undefined)
  if (name === undefined) return
  const variable = { key: 'LLM_API_KEY', url: 'LLM_API_URL', model: 'LLM_MODEL' }[name]
  throw new McpError(
    'conflict',
    `The environment variable ${variable} sets the ${name}. Change it there.`,
  )
}

function changed(
  defaultUrl: string | undefined,
  known: ProviderSettings,
  change: ProviderChange,
): ProviderSettings {
  const value = (name: (typeof names)[number]) =>
    change[name] === undefined ? known[name] : change[name]?.trim() || undefined
  const url = value('url')
  if (url !== undefined) completionsEndpoint(url)
  // No route returns a key. If a key were kept for another host, the caller who sets the address would
  // receive the key.
  const keepsKey = change.key !== undefined || sameHost(known.url ?? defaultUrl, url ?? defaultUrl)
  const key = keepsKey ? value('key') : undefined
  const model = value('model')
  return {
    ...(key === undefined ? {} : { key }),
    ...(url === undefined ? {} : { url }),
    ...(model === undefined ? {} : { model }),
  }
}

function sameHost(left: string | undefined, right: string | undefined): boolean {
  return left === right || URL.parse(left ?? '')?.origin === URL.parse(right ?? '')?.origin
}
