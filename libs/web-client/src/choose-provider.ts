import type { LlmProvider } from '@mcp/llm'
import { createOfflinePlanner, createOpenAiCompatibleProvider } from '@mcp/llm'
import { McpError } from '@mcp/protocol'

/** The settings of a language model, by the names of their variables. */
export interface LlmSettings {
  readonly LLM_API_URL?: string | undefined
  readonly LLM_API_KEY?: string | undefined
  readonly LLM_MODEL?: string | undefined
  readonly LLM_PROVIDER?: string | undefined
}

/**
 * What answers prompts: the API that is set, or the offline planner, which is no language model.
 *
 * @throws McpError `invalid-params` where there is a key or a model and no API to use it with.
 */
export function chooseProvider(settings: LlmSettings): LlmProvider {
  const { LLM_API_URL: url, LLM_API_KEY: key, LLM_MODEL: model, LLM_PROVIDER: label } = settings
  if (url !== undefined) return createOpenAiCompatibleProvider({ url, key, model, label })
  const lonely = (['LLM_API_KEY', 'LLM_MODEL'] as const).filter(
    (name) => settings[name] !== undefined,
  )
  if (lonely.length === 0) return createOfflinePlanner()
  throw new McpError(
    'invalid-params',
    `${lonely.join(' and ')} set without LLM_API_URL. Set it too, such as https://api.openai.com/v1.`,
  )
}

/** One line for a person: what answers prompts, and how to have another. */
export function describeProvider({ label, offline }: LlmProvider, model?: string): string {
  return offline === true
    ? 'offline planner: no language model. Set LLM_API_URL, LLM_API_KEY and LLM_MODEL for one'
    : [label, model].filter((part) => part !== undefined).join(', ')
}
