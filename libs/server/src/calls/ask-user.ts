import type { InteractionRequest, InteractionResponse, TypedInteraction } from '@mcp/protocol'
import { isSchema, toJsonSchema } from '@mcp/protocol'
import * as z from 'zod'

import { invalidContent } from './client-requests.ts'

type Ask = (interaction: InteractionRequest) => Promise<InteractionResponse>

/**
 * Sends an interaction of a handler. A zod schema is sent as JSON Schema, and the content of the response is
 * parsed with the zod schema.
 *
 * @throws McpError `invalid-params` if the content does not match the schema.
 */
export function askUser<Content>(
  interaction: TypedInteraction<Content>,
  ask: Ask,
): Promise<InteractionResponse<Content>>
export async function askUser(
  { schema, ...interaction }: TypedInteraction<unknown>,
  ask: Ask,
): Promise<InteractionResponse<unknown>> {
  if (!isSchema(schema)) return ask({ ...interaction, schema })
  const { action, content } = await ask({ ...interaction, schema: toJsonSchema(schema, 'input') })
  if (action !== 'accept') return { action }
  const parsed = z.safeParse(schema, content ?? {})
  if (parsed.success) return { action, content: parsed.data }
  throw invalidContent(parsed.error)
}
