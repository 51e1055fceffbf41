import type { JsonSchema, MaybePromise } from '@mcp/protocol'

/** Something that answers prompts. Implement these three functions to add a language model. */
export interface LlmProvider {
  /** Such as `openai-compatible`; written into every answer. */
  readonly id: string
  /** For people, such as `api.example.com`. */
  readonly label: string
  /** Whether no language model is behind it. Default: false. */
  readonly offline?: boolean | undefined
  /** How many tools it can be offered at once; above, they are searched. Default: 40. */
  readonly maxTools?: number | undefined
  listModels(options?: LlmCallOptions): MaybePromise<readonly LlmModel[]>
  /**
   * The whole answer at once.
   *
   * @throws McpError Whatever went wrong; never with a key in it.
   */
  generate(request: LlmRequest, options?: LlmCallOptions): Promise<LlmResponse>
  /** The answer's text as it is written, then `answer-finished` with the whole of it. */
  stream(request: LlmRequest, options?: LlmCallOptions): AsyncIterable<LlmStreamEvent>
}

export interface LlmCallOptions {
  /** Aborting it ends the call with `cancelled`. */
  readonly signal?: AbortSignal | undefined
}

/** A model that a provider offers. */
export interface LlmModel {
  readonly id: string
}

/** What a provider is asked. */
export interface LlmRequest {
  readonly messages: readonly LlmMessage[]
  /** Instructions that come before the messages. */
  readonly system?: string | undefined
  /** Default: the provider's own. */
  readonly model?: string | undefined
  readonly tools?: readonly LlmTool[] | undefined
  /** Default: `auto`. */
  readonly toolChoice?: LlmToolChoice | undefined
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly stopSequences?: readonly string[] | undefined
  /** The answer must be JSON of this schema, where the provider can promise that. */
  readonly responseSchema?: JsonSchema | undefined
}

/** Whether the model may, must not or must call a tool, or which one it must call. */
export type LlmToolChoice = 'auto' | 'none' | 'required' | { readonly tool: string }

export type LlmMessage = LlmUserMessage | LlmAssistantMessage | LlmToolMessage

export interface LlmUserMessage {
  readonly role: 'user'
  readonly content: string
}

export interface LlmAssistantMessage {
  readonly role: 'assistant'
  /** May be empty where there are tool calls. */
  readonly content: string
  readonly toolCalls?: readonly LlmToolCall[] | undefined
}

/** What came of one tool call. */
export interface LlmToolMessage {
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
export interface LlmToolCall {
  readonly id: string
  readonly name: string
  /** The parsed arguments, or the model's own text where that is not JSON. */
  readonly arguments: unknown
}

/** A tool the model is offered. */
export interface LlmTool {
  /** At most 64 of `a-z`, `0-9` and `_`. */
  readonly name: string
  readonly title?: string | undefined
  readonly description: string
  /** The arguments' schema: one flat object. */
  readonly parameters: JsonSchema
  readonly examples?: readonly LlmToolExample[] | undefined
}

export interface LlmToolExample {
  /** What a person would ask for, in words. */
  readonly title?: string | undefined
  readonly arguments: Readonly<Record<string, unknown>>
}

/** What a provider answers. */
export interface LlmResponse {
  readonly text: string
  readonly toolCalls: readonly LlmToolCall[]
  readonly stopReason: LlmStopReason
  /** The model that answered. */
  readonly model: string
  readonly usage: LlmUsage
}

export type LlmStopReason = 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'other'

/** Tokens; 0 where the provider does not say. */
export interface LlmUsage {
  readonly inputTokens: number
  readonly outputTokens: number
}

export type LlmStreamEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'answer-finished'; readonly answer: LlmResponse }
