import type { JsonSchema } from '../contract/server-description.ts'

/** Something a server needs a person for. */
export interface InteractionRequest {
  /** `approval`, `elicitation`, or a kind of the server's own. */
  readonly kind: string
  /** What the person reads. */
  readonly message: string
  /** What the answer's `content` must look like. Default: nothing is asked for. */
  readonly schema?: JsonSchema | undefined
  /** How long a person has, in milliseconds. Default: until the request's deadline. */
  readonly timeoutMs?: number | undefined
}

/** What a person said to a {@link InteractionRequest}. */
export interface InteractionResponse {
  readonly action: 'accept' | 'decline' | 'cancel'
  readonly content?: Readonly<Record<string, unknown>> | undefined
}
