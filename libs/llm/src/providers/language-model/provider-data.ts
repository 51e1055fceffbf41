import type { SharedV4ProviderOptions } from '@ai-sdk/provider'
import * as z from 'zod'

import type { ModelAssistantMessage } from '../model-provider.ts'

const options = z.custom<SharedV4ProviderOptions>(
  (value) => z.record(z.string(), z.record(z.string(), z.unknown())).safeParse(value).success,
)

const part = z.discriminatedUnion('type', [
  z.object({
    type: z.enum(['text', 'reasoning']),
    text: z.string(),
    providerOptions: options.optional(),
  }),
  z.object({ type: z.literal('tool-call'), id: z.string() }),
])

/** A part of a response, in the order in which the provider requires it back. */
export type ResponsePart = z.infer<typeof part>

/** A part with text. */
export type WrittenPart = Extract<ResponsePart, { text: string }>

const messageData = z.object({ model: z.string(), parts: z.array(part) })
const callData = z.object({ model: z.string(), options })

/**
 * Returns the parts of a message that is sent to the model that wrote it. Other models refuse the signatures.
 * Returns no parts if the text has been changed, because the signatures cover the text too.
 */
export function partsFor(
  model: string,
  { content, providerData }: ModelAssistantMessage,
): readonly ResponsePart[] {
  const { data } = messageData.safeParse(providerData)
  if (data === undefined || data.model !== model) return []
  return textOf(data.parts) === content ? data.parts : []
}

/** Returns the data of a tool call if it is sent to the model that made it. */
export function callOptionsFor(model: string, data: unknown): SharedV4ProviderOptions | undefined {
  const parsed = callData.safeParse(data)
  return parsed.success && parsed.data.model === model ? parsed.data.options : undefined
}

/** Returns the text of a response. */
export function textOf(parts: readonly ResponsePart[]): string {
  return parts.map((each) => (each.type === 'text' ? each.text : '')).join('')
}

/** Returns the `providerData` of a message, or undefined if no part of it has data. */
export function messageDataOf(model: string, parts: readonly ResponsePart[]): unknown {
  const returned = parts.filter(
    (each) => each.type !== 'reasoning' || each.providerOptions !== undefined,
  )
  return returned.some((each) => each.type !== 'tool-call' && each.providerOptions !== undefined)
    ? { model, parts: returned }
    : undefined
}
