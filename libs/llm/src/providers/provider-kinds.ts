import { createLanguageModelProvider } from './language-model/language-model-provider.ts'
import type { LanguageModelName } from './language-model/language-model-kinds.ts'
import { languageModelKinds } from './language-model/language-model-kinds.ts'
import type { ModelProvider } from './model-provider.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible/openai-compatible-provider.ts'

/** Settings of one provider. */
export interface ProviderSettings {
  readonly key?: string | undefined
  /** Base URL of the API. Default: the address of the provider, if it has one. */
  readonly url?: string | undefined
  /** Name of the default model. Default: the first chat model that the provider lists. */
  readonly model?: string | undefined
}

export interface ProviderKind {
  readonly title: string
  /** Address that is used if none is set. If absent, an address is required. */
  readonly url?: string
  readonly requiresKey: boolean
  create(settings: ProviderSettings & { readonly id: string; readonly url: string }): ModelProvider
}

/** Creates the kind of a provider with the chat completions API. */
function compatible(
  title: string,
  options: Partial<Pick<ProviderKind, 'url' | 'requiresKey'>> = {},
): ProviderKind {
  return { requiresKey: false, ...options, title, create: createOpenAiCompatibleProvider }
}

function own(title: string, format: LanguageModelName): ProviderKind {
  return {
    title,
    url: languageModelKinds[format].url,
    requiresKey: true,
    create: ({ key = '', ...settings }) =>
      createLanguageModelProvider({ ...settings, key, format }),
  }
}

/** The provider kinds by their ids. To add a provider with the chat completions API, add a line. */
export const providerKinds: ReadonlyMap<string, ProviderKind> = new Map([
  ['openai-compatible', compatible('OpenAI-compatible API')],
  ['openai', own('OpenAI', 'openai')],
  ['anthropic', own('Anthropic', 'anthropic')],
  ['google', own('Google Gemini', 'google')],
  [
    'openrouter',
    compatible('OpenRouter', { url: 'https://openrouter.ai/api/v1', requiresKey: true }),
  ],
  ['groq', compatible('Groq', { url: 'https://api.groq.com/openai/v1', requiresKey: true })],
  ['mistral', compatible('Mistral', { url: 'https://api.mistral.ai/v1', requiresKey: true })],
  ['ollama', compatible('Ollama', { url: 'http://localhost:11434/v1' })],
  ['lmstudio', compatible('LM Studio', { url: 'http://localhost:1234/v1' })],
  ['llamacpp', compatible('llama.cpp', { url: 'http://localhost:8080/v1' })],
  ['vllm', compatible('vLLM', { url: 'http://localhost:8000/v1' })],
])

export const offline = 'offline'

/** The values of `LLM_PROVIDER`. */
export const providerNames: readonly string[] = [...providerKinds.keys(), offline]
