import type * as z from 'zod'

import type { JsonSchema } from '../contract/json-schema.ts'

/** An interaction: something that an operation needs from the user, such as an approval or a form. */
export interface InteractionRequest {
  /** `approval`, `elicitation`, or a kind that the server defines. */
  readonly kind: string
  /** Text for the user. */
  readonly message: string
  /** JSON Schema of `content` in the user's response. Default: the response has no content. */
  readonly schema?: JsonSchema | undefined
  /** Time that the user has to respond, in milliseconds. Default: until the deadline of the request. */
  readonly timeoutMs?: number | undefined
}

/** The user's response to an {@link InteractionRequest}. */
export interface InteractionResponse<Content = Readonly<Record<string, unknown>>> {
  readonly action: 'accept' | 'decline' | 'cancel'
  readonly content?: Content | undefined
}

/** An interaction that a handler starts. A zod schema gives `content` its type, and validates it. */
export interface TypedInteraction<Content> extends Omit<InteractionRequest, 'schema'> {
  /** Schema of `content` in the user's response. Default: the response has no content. */
  readonly schema?: JsonSchema | z.core.$ZodType<Content> | undefined
}
