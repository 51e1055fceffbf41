import type {
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider'

import type {
  ModelDelta,
  ModelResponse,
  ModelStopReason,
  ModelToolCall,
  ModelUsage,
} from '../model-provider.ts'
import type { ErrorContext } from '../openai-compatible/provider-error.ts'
import { reportedError } from '../openai-compatible/provider-error.ts'
import { readArguments } from '../openai-compatible/tool-call-pieces.ts'
import { createCallParts } from './call-parts.ts'
import type { ResponsePart, WrittenPart } from './provider-data.ts'
import { messageDataOf, textOf } from './provider-data.ts'

/** Joins the parts of a streamed response. */
export interface ResponseParts {
  /** Adds a part. Returns the piece of the response in it, or undefined. */
  add(part: LanguageModelV4StreamPart): ModelDelta | undefined
  /**
   * Returns the response.
   *
   * @throws McpError if the response is not complete or ended with an error.
   */
  finish(): ModelResponse
}

type Metadata = WrittenPart['providerOptions']

export function createResponseParts(context: ErrorContext): ResponseParts {
  const parts: ResponsePart[] = []
  const open = new Map<string, WrittenPart>()
  const callParts = createCallParts()
  const toolCalls: ModelToolCall[] = []
  let { model } = context
  let usage: ModelUsage = { inputTokens: 0, outputTokens: 0 }
  let reason: LanguageModelV4FinishReason | undefined

  function write(type: 'text' | 'reasoning', id: string, metadata: Metadata, text = ''): void {
    const key = `${type} ${id}`
    const written: WrittenPart = open.get(key) ?? { type, text: '' }
    if (!open.has(key)) parts.push(written)
    open.set(key, written)
    written.text += text
    // A later piece repeats the data of earlier ones.
    if (metadata !== undefined) written.providerOptions = metadata
  }

  function addToolCall(part: Extract<LanguageModelV4StreamPart, { type: 'tool-call' }>): void {
    const { toolCallId, toolName: name, providerMetadata: options } = part
    const id = callParts.complete(toolCallId)
    parts.push({ type: 'tool-call', id })
    const call = { id, name, arguments: readArguments(part.input) }
    toolCalls.push(
      options === undefined ? call : { ...call, providerData: { model: context.model, options } },
    )
  }

  return {
    add(part) {
      switch (part.type) {
        case 'response-metadata':
          model = part.modelId ?? model
          return undefined
        case 'text-start':
        case 'text-end':
          write('text', part.id, part.providerMetadata)
          return undefined
        case 'reasoning-start':
        case 'reasoning-end':
          write('reasoning', part.id, part.providerMetadata)
          return undefined
        case 'text-delta':
          write('text', part.id, part.providerMetadata, part.delta)
          return part.delta === '' ? undefined : { type: 'text-delta', text: part.delta }
        case 'reasoning-delta':
          write('reasoning', part.id, part.providerMetadata, part.delta)
          return part.delta === '' ? undefined : { type: 'reasoning-delta', text: part.delta }
        case 'tool-input-start':
          callParts.start(part.id, part.toolName)
          return undefined
        case 'tool-input-delta': {
          const { delta: text } = part
          const { id, name } = callParts.last(part.id)
          return text === '' ? undefined : { type: 'arguments-delta', id, name, text }
        }
        case 'tool-call':
          addToolCall(part)
          return undefined
        case 'finish':
          usage = toUsage(part.usage)
          reason = part.finishReason
          return undefined
        default:
          return undefined
      }
    },
    finish() {
      if (reason === undefined || reason.unified === 'interrupted') {
        const body = 'the stream ended without a finish reason'
        throw reportedError({ body, isInterrupted: true }, context)
      }
      if (reason.unified === 'error') {
        const body = `finish reason "${reason.raw ?? 'error'}"`
        throw reportedError({ body, isInterrupted: true }, context)
      }
      const providerData = messageDataOf(context.model, parts)
      return {
        text: textOf(parts),
        toolCalls,
        stopReason: toolCalls.length > 0 ? 'tool-calls' : toStopReason(reason.unified),
        model,
        usage,
        ...(providerData === undefined ? {} : { providerData }),
      }
    },
  }
}

const toStopReason = (
  reason: Exclude<LanguageModelV4FinishReason['unified'], 'error' | 'interrupted'>,
): ModelStopReason => (reason === 'tool-calls' ? 'other' : reason)

function toUsage({ inputTokens, outputTokens, raw }: LanguageModelV4Usage): ModelUsage {
  const cost = raw?.['cost']
  return {
    inputTokens: inputTokens.total ?? 0,
    outputTokens: outputTokens.total ?? 0,
    ...(inputTokens.cacheRead ? { cachedTokens: inputTokens.cacheRead } : {}),
    ...(outputTokens.reasoning ? { reasoningTokens: outputTokens.reasoning } : {}),
    ...(typeof cost === 'number' ? { cost } : {}),
  }
}
