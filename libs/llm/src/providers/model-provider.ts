import type { Health, JsonSchema, MaybePromise } from '@mcp/protocol'
import type { ModelUsage } from '@mcp/protocol/agent'

export type { ModelUsage } from '@mcp/protocol/agent'

/**
 * A language model provider. The agent and the sampling server use it. To add a provider, implement this
 * interface in a folder next to this file and add the provider to the table in `provider-kinds.ts`.
 */
export interface ModelProvider {
  /** Identifier, such as `openai-compatible`. Each result of an agent run contains it. */
  readonly id: string
  /** Display name, such as `api.example.com`. */
  readonly label: string
  /** Whether the provider works without a language model. Default: false. */
  readonly offline?: boolean | undefined
  /** Maximum number of tools per request. For more tools, the agent offers a tool search. Default: 40. */
  readonly maxTools?: number | undefined
  /** Returns whether the provider is available. Default: healthy. */
  health?(): MaybePromise<Health>
  listModels(options?: ModelCallOptions): MaybePromise<readonly ModelInfo[]>
  /**
   * Returns the complete response.
   *
   * @throws McpError The message must not contain a key, because callers receive it.
   */
  generate(request: ModelRequest, options?: ModelCallOptions): Promise<ModelResponse>
  /**
   * Streams the text, the reasoning and the arguments of tool calls in pieces, then `response-finished`
   * with the complete response.
   */
  stream(request: ModelRequest, options?: ModelCallOptions): AsyncIterable<ModelStreamEvent>
}

export interface ModelCallOptions {
  /** Aborting the signal ends the call with `cancelled`. */
  readonly signal?: AbortSignal | undefined
}

/** A model of a provider. */
export interface ModelInfo {
  readonly id: string
}

/** Input of a model. */
export interface ModelRequest {
  readonly messages: readonly ModelMessage[]
  /** System instructions. */
  readonly system?: string | undefined
  /** Name of the model. Default: chosen by the provider. */
  readonly model?: string | undefined
  readonly tools?: readonly ModelTool[] | undefined
  /** Default: `auto`. */
  readonly toolChoice?: ModelToolChoice | undefined
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly stopSequences?: readonly string[] | undefined
  /** JSON Schema of the response, if the provider supports it. */
  readonly responseSchema?: JsonSchema | undefined
}

/**
 * `auto`: the model may call a tool. `none`: the model must not call a tool. `required`: the model must
 * call a tool. An object names the tool that the model must call.
 */
export type ModelToolChoice = 'auto' | 'none' | 'required' | { readonly tool: string }

export type ModelMessage = ModelUserMessage | ModelAssistantMessage | ModelToolMessage

export interface ModelUserMessage {
  readonly role: 'user'
  readonly content: string
  /** The words of the user, if attachments follow them in `content`. */
  readonly prompt?: string | undefined
}

export interface ModelAssistantMessage {
  readonly role: 'assistant'
  /** May be empty if there are tool calls. */
  readonly content: string
  readonly toolCalls?: readonly ModelToolCall[] | undefined
  /** `providerData` of the response. */
  readonly providerData?: unknown
}

/** The result of a tool call. */
export interface ModelToolMessage {
  readonly role: 'tool'
  /** Id of the tool call with this result. */
  readonly toolCallId: string
  readonly toolName: string
  /** The result as text for the model. */
  readonly content: string
  readonly isError?: boolean | undefined
  /** The result as a value, before its conversion to `content`. Absent for errors. */
  readonly result?: unknown
}

/** A tool call that the model requests. */
export interface ModelToolCall {
  /** The agent changes it if another call of the conversation has it. */
  readonly id: string
  readonly name: string
  /** The parsed arguments. If the text of the model is not valid JSON, this text. */
  readonly arguments: unknown
  /**
   * Data that the provider requires back with this call, such as a signature. A JSON value that only the
   * provider reads.
   */
  readonly providerData?: unknown
}

/** A tool that the model can call. */
export interface ModelTool {
  /** At most 64 characters of `a-z`, `0-9` and `_`. */
  readonly name: string
  readonly title?: string | undefined
  readonly description: string
  /** JSON Schema of the arguments. Its top level must be one object with properties. */
  readonly parameters: JsonSchema
  readonly examples?: readonly ModelToolExample[] | undefined
}

export interface ModelToolExample {
  /** A prompt for which the model should make this call. */
  readonly title?: string | undefined
  readonly arguments: Readonly<Record<string, unknown>>
}

/** Output of a model. */
export interface ModelResponse {
  readonly text: string
  readonly toolCalls: readonly ModelToolCall[]
  readonly stopReason: ModelStopReason
  /** The model that generated the response. */
  readonly model: string
  readonly usage: ModelUsage
  /**
   * Data that the provider requires back with the message, such as reasoning and signatures. A JSON value
   * that only the provider reads.
   */
  readonly providerData?: unknown
}

export type ModelStopReason = 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'other'

export type ModelStreamEvent =
  | ModelDelta
  | { readonly type: 'response-finished'; readonly response: ModelResponse }

/** A piece of a response. */
export type ModelDelta =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly text: string }
  /** A piece of the arguments of a call. `id` is the id of the call in the complete response. */
  | {
      readonly type: 'arguments-delta'
      readonly id: string
      readonly name: string
      readonly text: string
    }
