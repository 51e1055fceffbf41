import type { JsonSchema, MaybePromise } from '@mcp/protocol'

/** Something that answers prompts. Implement these three functions to add a language model. */
export interface ModelProvider {
  /** Such as `openai-compatible`; written into every answer. */
  readonly id: string
  /** For people, such as `api.example.com`. */
  readonly label: string
  /** Whether no language model is behind it. Default: false. */
  readonly offline?: boolean | undefined
  /** How many tools it can be offered at once; above, they are searched. Default: 40. */
  readonly maxTools?: number | undefined
  listModels(options?: ModelCallOptions): MaybePromise<readonly ModelInfo[]>
  /**
   * The whole answer at once.
   *
   * @throws McpError Whatever went wrong; never with a key in it.
   */
  generate(request: ModelRequest, options?: ModelCallOptions): Promise<ModelResponse>
  /** The answer's text as it is written, then `response-finished` with the whole of it. */
  stream(request: ModelRequest, options?: ModelCallOptions): AsyncIterable<ModelStreamEvent>
}

export interface ModelCallOptions {
  /** Aborting it ends the call with `cancelled`. */
  readonly signal?: AbortSignal | undefined
}

/** A model that a provider offers. */
export interface ModelInfo {
  readonly id: string
}

/** What a provider is asked. */
export interface ModelRequest {
  readonly messages: readonly ModelMessage[]
  /** Instructions that come before the messages. */
  readonly system?: string | undefined
  /** Default: the provider's own. */
  readonly model?: string | undefined
  readonly tools?: readonly ModelTool[] | undefined
  /** Default: `auto`. */
  readonly toolChoice?: ModelToolChoice | undefined
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly stopSequences?: readonly string[] | undefined
  /** The answer must be JSON of this schema, where the provider can promise that. */
  readonly responseSchema?: JsonSchema | undefined
}

/** Whether the model may, must not or must call a tool, or which one it must call. */
export type ModelToolChoice = 'auto' | 'none' | 'required' | { readonly tool: string }

export type ModelMessage = ModelUserMessage | ModelAssistantMessage | ModelToolMessage

export interface ModelUserMessage {
  readonly role: 'user'
  readonly content: string
}

export interface ModelAssistantMessage {
  readonly role: 'assistant'
  /** May be empty where there are tool calls. */
  readonly content: string
  readonly toolCalls?: readonly ModelToolCall[] | undefined
}

/** What came of one tool call. */
export interface ModelToolMessage {
  readonly role: 'tool'
  /** The id of the call this answers. */
  readonly toolCallId: string
  readonly toolName: string
  /** What a language model reads. */
  readonly content: string
  readonly isError?: boolean | undefined
  /** The value behind `content`, where it is at hand. */
  readonly result?: unknown
}

/** A tool call the model asks for. */
export interface ModelToolCall {
  readonly id: string
  readonly name: string
  /** The parsed arguments, or the model's own text where that is not JSON. */
  readonly arguments: unknown
}

/** A tool the model is offered. */
export interface ModelTool {
  /** At most 64 of `a-z`, `0-9` and `_`. */
  readonly name: string
  readonly title?: string | undefined
  readonly description: string
  /** The arguments' schema: one flat object. */
  readonly parameters: JsonSchema
  readonly examples?: readonly ModelToolExample[] | undefined
}

export interface ModelToolExample {
  /** What a person would ask for, in words. */
  readonly title?: string | undefined
  readonly arguments: Readonly<Record<string, unknown>>
}

/** What a provider answers. */
export interface ModelResponse {
  readonly text: string
  readonly toolCalls: readonly ModelToolCall[]
  readonly stopReason: ModelStopReason
  /** The model that answered. */
  readonly model: string
  readonly usage: ModelUsage
}

export type ModelStopReason = 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'other'

/** Tokens; 0 where the provider does not say. */
export interface ModelUsage {
  readonly inputTokens: number
  readonly outputTokens: number
}

export type ModelStreamEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'response-finished'; readonly response: ModelResponse }
