import type { LanguageModelV4 } from '@ai-sdk/provider'

/** Settings that the packages of the providers share. */
interface SdkSettings {
  readonly baseURL: string
  readonly apiKey: string
  readonly headers: Record<string, string>
  readonly fetch: typeof globalThis.fetch
}

/** A wire format with a package of its own. */
export interface LanguageModelKind {
  /** Default base URL. */
  readonly url: string
  /** Header of the key in the request of the list of models. Default: `authorization`, as a bearer token. */
  readonly keyHeader?: string
  /** Further headers of every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Loads the package of the provider, with the first call. */
  load(settings: SdkSettings, model: string): Promise<LanguageModelV4>
}

/** The wire formats by the ids of their providers. */
export const languageModelKinds = {
  openai: {
    url: 'https://api.openai.com/v1',
    async load(settings, model) {
      const { createOpenAI } = await import('@ai-sdk/openai')
      return createOpenAI(settings).responses(model)
    },
  },
  anthropic: {
    url: 'https://api.anthropic.com/v1',
    keyHeader: 'x-api-key',
    headers: { 'anthropic-version': '2023-06-01' },
    async load(settings, model) {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      return createAnthropic(settings).languageModel(model)
    },
  },
  google: {
    url: 'https://generativelanguage.googleapis.com/v1beta',
    keyHeader: 'x-goog-api-key',
    async load(settings, model) {
      const { createGoogle } = await import('@ai-sdk/google')
      return createGoogle(settings).languageModel(model)
    },
  },
} as const satisfies Record<string, LanguageModelKind>

export type LanguageModelName = keyof typeof languageModelKinds
