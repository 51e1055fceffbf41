import type * as z from 'zod'

import { McpError } from '../errors/mcp-error.ts'
import type { JsonSchema } from '../contract/json-schema.ts'

/**
 * An interaction: something that an operation needs from the user or from the user's client, such as
 * an approval or a form.
 */
export interface InteractionRequest {
  /**
   * `approval`, `elicitation`, `sampling`, `roots`, or a kind that the server defines. The content of
   * the response to `sampling` is the result of `sampling/createMessage`. For `roots`, it is the result
   * of `roots/list`.
   */
  readonly kind: string
  /**
   * Name of the interaction within its request, such as `user_name`. A standard MCP client sends its response
   * under this name. It may send the response together with the request. Default: a generated name.
   */
  readonly key?: string | undefined
  /** Text for the user. */
  readonly message: string
  /** JSON Schema of `content` in the user's response. Default: the response has no content. */
  readonly schema?: JsonSchema | undefined
  /** URL that the user opens, in place of a form. The response has no content. */
  readonly url?: string | undefined
  /** Params of `sampling/createMessage`, for the kind `sampling`. */
  readonly sampling?: Readonly<Record<string, unknown>> | undefined
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

/** An elicitation: a form that the user completes, or a URL that the user opens. */
export type Elicitation<Content> = Pick<
  TypedInteraction<Content>,
  'key' | 'message' | 'timeoutMs'
> &
  (
    | {
        /**
         * Schema of the form. Standard MCP clients support only an object whose properties are strings,
         * numbers, booleans and enums.
         */
        readonly schema: JsonSchema | z.core.$ZodType<Content>
        readonly url?: undefined
      }
    | { readonly url: string; readonly schema?: undefined }
  )

/** Creates the error for an interaction that got no response in time. A missing approval is a denial. */
export function interactionTimedOut(kind: string): McpError {
  const [message, reason] =
    kind === 'approval'
      ? ['Approval timed out.', 'approval-denied']
      : [`The interaction of kind "${kind}" timed out.`, 'interaction-timed-out']
  return new McpError('forbidden', message, { details: { reason } })
}
