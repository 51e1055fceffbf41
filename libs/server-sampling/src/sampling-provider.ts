import type { JsonSchema, MaybePromise } from '@mcp/protocol'

/** Something that answers conversations: any `LlmProvider` of `@mcp/llm`, or three functions of yours. */
export interface SamplingProvider {
  /** Such as `openai-compatible`; written beside each model. */
  readonly id: string
  /** For people, such as `api.example.com`. */
  readonly label: string
  /** Whether no language model is behind it: such a one is never asked. Default: false. */
  readonly offline?: boolean | undefined
  listModels(options?: SamplingCallOptions): MaybePromise<readonly { readonly id: string }[]>
  /**
   * The whole answer at once.
   *
   * @throws McpError Whatever went wrong; its message is shown to callers, so never with a key in it.
   */
  generate(request: SamplingRequest, options?: SamplingCallOptions): Promise<SamplingAnswer>
  /** The answer's text as it is written, then `answer-finished` with the whole of it. */
  stream(
    request: SamplingRequest,
    options?: SamplingCallOptions,
  ): AsyncIterable<SamplingStreamEvent>
}

export interface SamplingCallOptions {
  /** Aborting it ends the call. */
  readonly signal?: AbortSignal | undefined
}

/** What a provider is asked. */
export interface SamplingRequest {
  readonly messages: readonly SamplingMessage[]
  readonly system?: string | undefined
  /** Default: the provider's own. */
  readonly model?: string | undefined
  readonly tools?: readonly SamplingTool[] | undefined
  readonly toolChoice?: SamplingToolChoice | undefined
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly stopSequences?: readonly string[] | undefined
  /** The answer should be JSON of this schema, where the provider can promise that. */
  readonly responseSchema?: JsonSchema | undefined
}

export type SamplingToolChoice = 'auto' | 'none' | 'required' | { readonly tool: string }

export type SamplingMessage =
  | { readonly role: 'user'; readonly content: string }
  | {
      readonly role: 'assistant'
      readonly content: string
      readonly toolCalls?: readonly SamplingToolCall[] | undefined
    }
  | {
      readonly role: 'tool'
      readonly toolCallId: string
      readonly toolName: string
      readonly content: string
      readonly isError?: boolean | undefined
    }

/** A tool call the model asks for. */
export interface SamplingToolCall {
  readonly id: string
  readonly name: string
  readonly arguments: unknown
}

/** A tool the model is offered. */
export interface SamplingTool {
  readonly name: string
  readonly description: string
  /** The arguments' JSON Schema. */
  readonly parameters: JsonSchema
}

/** What a provider answers. */
export interface SamplingAnswer {
  readonly text: string
  readonly toolCalls: readonly SamplingToolCall[]
  readonly stopReason: 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'other'
  /** The model that answered. */
  readonly model: string
  readonly usage: SamplingUsage
}

/** Tokens; 0 where the provider does not say. */
export interface SamplingUsage {
  readonly inputTokens: number
  readonly outputTokens: number
}

export type SamplingStreamEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'answer-finished'; readonly answer: SamplingAnswer }
