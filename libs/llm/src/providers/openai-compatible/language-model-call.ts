import type { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { isRecord, parseJson } from '@mcp/protocol'

import type {
  ModelResponse,
  ModelMessage,
  ModelRequest,
  ModelStopReason,
  ModelTool,
  ModelToolCall,
  ModelToolChoice,
  ModelUsage,
} from '../model-provider.ts'

/** A model of the AI SDK. */
export type LanguageModel = ReturnType<ReturnType<typeof createOpenAICompatible>['chatModel']>

type Call = Parameters<LanguageModel['doGenerate']>[0]
type Prompt = Call['prompt'][number]
type Tool = NonNullable<Call['tools']>[number]
type ToolSchema = Extract<Tool, { type: 'function' }>['inputSchema']
type Result = Awaited<ReturnType<LanguageModel['doGenerate']>>
type Part = Result['content'][number]

/** Converts a request for the AI SDK. */
export function toLanguageModelCall(request: ModelRequest, abortSignal: AbortSignal): Call {
  const { system, messages, tools = [], toolChoice, stopSequences, responseSchema } = request
  const call: Call = {
    abortSignal,
    prompt: [
      ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
      ...messages.map(toPrompt),
    ],
  }
  if (tools.length > 0) {
    call.tools = tools.map(toFunctionTool)
    call.toolChoice = toToolChoice(toolChoice ?? 'auto')
  }
  if (request.maxTokens !== undefined) call.maxOutputTokens = request.maxTokens
  if (request.temperature !== undefined) call.temperature = request.temperature
  if (stopSequences !== undefined) call.stopSequences = [...stopSequences]
  if (responseSchema !== undefined && isToolSchema(responseSchema)) {
    call.responseFormat = { type: 'json', schema: responseSchema }
  }
  return call
}

function toPrompt(message: ModelMessage): Prompt {
  if (message.role === 'user') {
    return { role: 'user', content: [{ type: 'text', text: message.content }] }
  }
  if (message.role === 'tool') {
    const { toolCallId, toolName, content, isError = false } = message
    const output = { type: isError ? ('error-text' as const) : ('text' as const), value: content }
    return { role: 'tool', content: [{ type: 'tool-result', toolCallId, toolName, output }] }
  }
  const text = message.content === '' ? [] : [{ type: 'text' as const, text: message.content }]
  const calls = (message.toolCalls ?? []).map((call) => ({
    type: 'tool-call' as const,
    toolCallId: call.id,
    toolName: call.name,
    input: call.arguments,
  }))
  return { role: 'assistant', content: [...text, ...calls] }
}

function toFunctionTool({ name, description, parameters }: ModelTool): Tool {
  const inputSchema = isToolSchema(parameters) ? parameters : {}
  return { type: 'function', name, description, inputSchema }
}

// The type of the SDK allows only draft 7. At run time, the SDK sends any JSON Schema unchanged.
function isToolSchema(schema: unknown): schema is ToolSchema {
  return isRecord(schema)
}

function toToolChoice(choice: ModelToolChoice): NonNullable<Call['toolChoice']> {
  return typeof choice === 'string' ? { type: choice } : { type: 'tool', toolName: choice.tool }
}

/** Converts a result of the AI SDK to a response. */
export function toModelResponse(result: Result, model: string): ModelResponse {
  return createModelResponse({
    text: result.content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    toolCalls: result.content.filter(isToolCall).map(toToolCall),
    finish: result.finishReason.unified,
    usage: toUsage(result.usage),
    model: result.response?.modelId ?? model,
  })
}

interface ResponseParts {
  readonly text: string
  readonly toolCalls: readonly ModelToolCall[]
  readonly finish: Result['finishReason']['unified']
  readonly usage: ModelUsage
  readonly model: string
}

/** Creates a response from its parts. */
export function createModelResponse({ finish, ...parts }: ResponseParts): ModelResponse {
  // Some servers report the finish reason "stop" for a response with tool calls.
  return { ...parts, stopReason: parts.toolCalls.length > 0 ? 'tool-calls' : toStopReason(finish) }
}

function toStopReason(finish: ResponseParts['finish']): ModelStopReason {
  return finish === 'stop' || finish === 'length' || finish === 'content-filter' ? finish : 'other'
}

type SdkToolCall = Extract<Part, { type: 'tool-call' }>

const isToolCall = (part: Part): part is SdkToolCall => part.type === 'tool-call'

/** Converts a tool call of the AI SDK. Parses its arguments if they are JSON. */
export function toToolCall({ toolCallId, toolName, input }: SdkToolCall): ModelToolCall {
  return { id: toolCallId, name: toolName, arguments: readArguments(input) }
}

function readArguments(input: string): unknown {
  // Models often send an empty text as the arguments of a tool without parameters.
  if (input.trim() === '') return {}
  try {
    return parseJson(input)
  } catch {
    return input
  }
}

/** Converts the usage. A number that the provider does not report becomes 0. */
export function toUsage({ inputTokens, outputTokens }: Result['usage']): ModelUsage {
  return { inputTokens: inputTokens.total ?? 0, outputTokens: outputTokens.total ?? 0 }
}
