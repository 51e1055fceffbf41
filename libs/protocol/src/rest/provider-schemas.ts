import * as z from 'zod'

import { isErrorBody } from '../errors/mcp-error.ts'
import type { ErrorBody } from '../errors/mcp-error.ts'

const setting = (max: number) =>
  z
    .string('must be text')
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .nullable()
    .optional()

/** `PUT /providers/:id`. `null` removes a setting, and an absent one is unchanged. */
export const providerBody = z.strictObject({
  key: setting(10_000).describe('API key. It is never returned.'),
  url: setting(2000).describe('Base URL of the API, such as https://api.example.com/v1.'),
  model: setting(200).describe('Default model.'),
})

/** `POST /providers/:id/test` */
export const testBody = z.strictObject({ model: z.string().min(1).max(200).optional() })

/** Response of `PUT /providers/:id`. */
export const providerState = z.object({
  id: z.string(),
  title: z.string(),
  url: z.string().optional(),
  hasKey: z.boolean(),
  source: z
    .enum(['environment', 'file'])
    .optional()
    .describe('Source of the settings. Absent if the provider is not configured.'),
  missing: z
    .array(z.enum(['key', 'url']))
    .readonly()
    .describe('Settings without which the provider cannot be called.'),
  isDefault: z.boolean(),
})

const errorBody = z.custom<ErrorBody>(isErrorBody)

/** Response of `GET /models`. */
export const modelList = z.object({
  default: z.string().optional().describe('Id of the default provider.'),
  providers: z
    .array(
      providerState.extend({
        models: z.array(z.string()).readonly().describe('Names such as openai/gpt-5.'),
        error: errorBody.optional().describe('Reason why the models could not be listed.'),
      }),
    )
    .readonly(),
})

/** Response of `POST /providers/:id/test`. */
export const testResult = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), model: z.string().optional(), durationMs: z.number() }),
  z.object({ ok: z.literal(false), error: errorBody }),
])

/** Response of `POST /providers/discover`. */
export const discoveredProviders = z.object({
  providers: z
    .array(
      z.object({
        id: z.string(),
        url: z.string(),
        models: z.array(z.object({ id: z.string() })).readonly(),
      }),
    )
    .readonly(),
})
