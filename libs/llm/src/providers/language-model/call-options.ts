import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4ToolChoice,
} from '@ai-sdk/provider'
import { isRecord } from '@mcp/protocol'

import type {
  ModelAssistantMessage,
  ModelMessage,
  ModelRequest,
  ModelTool,
  ModelToolCall,
  ModelToolChoice,
  ModelToolMessage,
} from '../model-provider.ts'
import type { WrittenPart } from './provider-data.ts'
import { callOptionsFor, partsFor } from './provider-data.ts'

type AssistantPart = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'][number]

// Anthropic caches a prompt only up to a marked part.
const cached = { anthropic: { cacheControl: { type: 'ephemeral' } } }

/** Converts a request to the options of a call. `isShown`: whether to request the reasoning as text. */
export function toCallOptions(
  request: ModelRequest,
  model: string,
  isShown: boolean,
): LanguageModelV4CallOptions {
  const { system, messages, tools = [], toolChoice = 'auto', responseSchema } = request
  const prompt: LanguageModelV4Message[] = messages.map((message) => toMessage(message, model))
  const last = prompt.at(-1)
  if (last !== undefined) prompt.splice(-1, 1, { ...last, providerOptions: cached })
  if (system !== undefined && system !== '') {
    prompt.unshift({ role: 'system', content: system, providerOptions: cached })
  }
  return {
    prompt,
    ...(request.maxTokens === undefined ? {} : { maxOutputTokens: request.maxTokens }),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.stopSequences === undefined ? {} : { stopSequences: [...request.stopSequences] }),
    ...(responseSchema === undefined
      ? {}
      : { responseFormat: { type: 'json', schema: responseSchema, name: 'response' } }),
    ...(tools.length === 0
      ? {}
      : { tools: tools.map(toTool), toolChoice: toToolChoice(toolChoice) }),
    // `store: false`: this process keeps the conversation, and OpenAI does not. OpenAI then returns the
    // reasoning in an encrypted form.
    providerOptions: {
      openai: { store: false, ...(isShown ? { reasoningSummary: 'auto' } : {}) },
      ...(isShown ? { google: { thinkingConfig: { includeThoughts: true } } } : {}),
    },
  }
}

function toMessage(message: ModelMessage, model: string): LanguageModelV4Message {
  if (message.role === 'user') {
    return { role: 'user', content: [{ type: 'text', text: message.content }] }
  }
  if (message.role === 'tool') return toToolMessage(message)
  return { role: 'assistant', content: toAssistantParts(message, model) }
}

function toToolMessage({ toolCallId, toolName, content, isError }: ModelToolMessage) {
  const type = isError === true ? 'error-text' : 'text'
  const output = { type, value: content } as const
  const part = { type: 'tool-result', toolCallId, toolName, output } as const
  return { role: 'tool', content: [part] } satisfies LanguageModelV4Message
}

function toAssistantParts(message: ModelAssistantMessage, model: string): AssistantPart[] {
  const { content, toolCalls = [] } = message
  // The data has all calls of the message, in the same order. Their ids may have been changed.
  const rest = [...toolCalls]
  const parts: AssistantPart[] = []
  for (const part of partsFor(model, message)) {
    if (part.type !== 'tool-call') {
      parts.push(toWrittenPart(part))
      continue
    }
    const call = rest.shift()
    if (call !== undefined) parts.push(toToolCall(call, model))
  }
  if (parts.length === 0 && content !== '') parts.push({ type: 'text', text: content })
  return [...parts, ...rest.map((call) => toToolCall(call, model))]
}

function toWrittenPart({ type, text, providerOptions }: WrittenPart): AssistantPart {
  const content = providerOptions === undefined ? { text } : { text, providerOptions }
  return type === 'text' ? { type, ...content } : { type, ...content }
}

function toToolCall(call: ModelToolCall, model: string): AssistantPart {
  const providerOptions = callOptionsFor(model, call.providerData)
  return {
    type: 'tool-call',
    toolCallId: call.id,
    toolName: call.name,
    input: isRecord(call.arguments) ? call.arguments : { input: call.arguments },
    ...(providerOptions === undefined ? {} : { providerOptions }),
  }
}

function toTool({ name, description, parameters }: ModelTool): LanguageModelV4FunctionTool {
  return { type: 'function', name, description, inputSchema: parameters }
}

function toToolChoice(choice: ModelToolChoice): LanguageModelV4ToolChoice {
  return typeof choice === 'string' ? { type: choice } : { type: 'tool', toolName: choice.tool }
}
