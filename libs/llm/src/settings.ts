import * as z from 'zod'

import { providerNames } from './providers/provider-kinds.ts'

/** Returns the schemas of the variables that `createProviders` reads. Spread them into an app's schema. */
export const llmSettings = () => ({
  LLM_PROVIDER: z
    .enum(providerNames, `must be one of ${providerNames.join(', ')}`)
    .optional()
    .describe(
      `The language model's provider: ${providerNames.join(', ')}. Not set: openai-compatible if LLM_API_URL is set, else offline.`,
    ),
  LLM_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be a URL with http or https' })
    .optional()
    .describe(
      'The base URL of the provider, such as https://api.openai.com/v1. Not set: the address of LLM_PROVIDER, if it has one.',
    ),
  LLM_API_KEY: z
    .string()
    .optional()
    .describe(
      "The API key of the language model's provider. Keys of further providers are in providers.json of the data folder.",
    ),
  LLM_MODEL: z
    .string()
    .optional()
    .describe(
      'The model that responds to prompts. Not set: the first chat model the provider lists.',
    ),
})
