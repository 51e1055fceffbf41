import type { JsonSchema } from '../contract/server-description.ts'

/** A request to the user: an approval, or a question with a form. */
export interface InteractionRequest {
  /** `approval`, `elicitation`, or a kind that the server defines. */
  readonly kind: string
  /** Text for the user. */
  readonly message: string
  /** JSON Schema of the response's `content`. Default: no content. */
  readonly schema?: JsonSchema | undefined
  /** Time to respond, in milliseconds. Default: until the deadline of the request. */
  readonly timeoutMs?: number | undefined
}

/** The user's response to an {@link InteractionRequest}. */
export interface InteractionResponse {
  readonly action: 'accept' | 'decline' | 'cancel'
  readonly content?: Readonly<Record<string, unknown>> | undefined
}
