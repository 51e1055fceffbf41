import type { ContentBlock } from '../contract/content-result.ts'

export interface SamplingMessage {
  readonly role: 'user' | 'assistant'
  readonly content: ContentBlock | readonly ContentBlock[]
}

/** Params of `sampling/createMessage` of the Model Context Protocol. */
export interface SamplingParams {
  readonly messages: readonly SamplingMessage[]
  readonly maxTokens: number
  readonly systemPrompt?: string | undefined
  readonly [key: string]: unknown
}

/** Result of `sampling/createMessage` of the Model Context Protocol. */
export interface SamplingResult extends SamplingMessage {
  /** Name of the model that generated the message. */
  readonly model: string
  readonly stopReason?: string | undefined
  readonly [key: string]: unknown
}

/** A root directory of the client, as `roots/list` of the Model Context Protocol lists it. */
export interface ClientRoot {
  readonly uri: string
  readonly name?: string | undefined
  readonly [key: string]: unknown
}
