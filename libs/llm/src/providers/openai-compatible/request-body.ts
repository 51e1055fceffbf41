import { isRecord } from '@mcp/protocol'

import type {
  ModelAssistantMessage,
  ModelMessage,
  ModelRequest,
  ModelTool,
  ModelToolChoice,
} from '../model-provider.ts'
import { fieldsFor } from './reasoning.ts'

export interface BodyOptions {
  readonly model: string
  readonly isStreamed: boolean
  /** Whether the schema of the response is sent. */
  readonly structuredOutputs: boolean
}

/** Converts a request to the body of a chat completions request. */
export function toRequestBody(
  request: ModelRequest,
  { model, isStreamed, structuredOutputs }: BodyOptions,
): Record<string, unknown> {
  const { system, messages, tools = [], toolChoice = 'auto', responseSchema } = request
  return {
    model,
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    response_format: responseSchema && responseFormat(responseSchema, structuredOutputs),
    stop: request.stopSequences,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      ...messages.map((message) => toMessage(message, model)),
    ],
    ...(tools.length === 0
      ? {}
      : { tools: tools.map(toTool), tool_choice: toToolChoice(toolChoice) }),
    ...(isStreamed ? { stream: true, stream_options: { include_usage: true } } : {}),
  }
}

function responseFormat(schema: unknown, structuredOutputs: boolean): object {
  return structuredOutputs
    ? { type: 'json_schema', json_schema: { schema, strict: true, name: 'response' } }
    : { type: 'json_object' }
}

function toMessage(message: ModelMessage, model: string): object {
  if (message.role === 'user') return { role: 'user', content: message.content }
  if (message.role === 'assistant') return toAssistantMessage(message, model)
  return { role: 'tool', tool_call_id: message.toolCallId, content: message.content }
}

function toAssistantMessage(
  { content, toolCalls = [], providerData }: ModelAssistantMessage,
  model: string,
): object {
  if (toolCalls.length === 0) return { role: 'assistant', content }
  return {
    role: 'assistant',
    content: content === '' ? null : content,
    ...fieldsFor(model, providerData),
    tool_calls: toolCalls.map((call) => ({
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: toArguments(call.arguments) },
      ...fieldsFor(model, call.providerData),
    })),
  }
}

/** Some providers refuse arguments that are not a JSON object, even if the model sent them. */
const toArguments = (args: unknown): string =>
  JSON.stringify(isRecord(args) ? args : { input: args })

const toTool = ({ name, description, parameters }: ModelTool): object => ({
  type: 'function',
  function: { name, description, parameters },
})

function toToolChoice(choice: ModelToolChoice): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.tool } }
}
