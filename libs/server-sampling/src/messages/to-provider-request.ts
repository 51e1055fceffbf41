import { invalidParam } from '@mcp/server'

import type { ModelMessage, ModelRequest, ModelToolCall } from '@mcp/llm'
import type { Message, MessageRequest } from './message-request.ts'
import { textOf } from './message-request.ts'

/** Returns the request for a provider. */
export function toProviderRequest(
  request: MessageRequest,
  model: string | undefined,
): ModelRequest {
  const { system, maxTokens, temperature, stopSequences, toolChoice, responseSchema } = request
  return {
    messages: toProviderMessages(request.messages),
    model,
    system,
    maxTokens,
    temperature,
    stopSequences,
    toolChoice,
    responseSchema,
    tools: request.tools?.map(({ name, description, inputSchema }) => ({
      name,
      description,
      parameters: inputSchema,
    })),
  }
}

/**
 * Checks a conversation. Call it before approval is requested and before tokens are used.
 *
 * @throws McpError `invalid-params`, with the index of the message or tool, if a tool-use and its
 * tool-result do not match, if two tools have the same name, or if the required tool is not offered.
 */
export function checkConversation({ messages, tools = [], toolChoice }: MessageRequest): void {
  toProviderMessages(messages)
  const names = tools.map(({ name }) => name)
  const duplicate = names.findIndex((name, index) => names.indexOf(name) < index)
  if (duplicate !== -1) {
    throw invalidParam(['tools', duplicate, 'name'], `duplicate tool name "${names[duplicate]}"`)
  }
  if (typeof toolChoice !== 'object' || names.includes(toolChoice.tool)) return
  throw invalidParam('toolChoice', `no tool named "${toolChoice.tool}"`)
}

function toProviderMessages(messages: readonly Message[]): ModelMessage[] {
  const converted: ModelMessage[] = []
  let open = new Map<string, ModelToolCall>()
  for (const [index, message] of messages.entries()) {
    if (message.role === 'assistant') {
      refuseUnanswered(open, index - 1)
      open = readToolUses(message, index)
      const toolCalls = open.size === 0 ? undefined : [...open.values()]
      converted.push({ role: 'assistant', content: textOf(message), toolCalls })
    } else {
      converted.push(...readUserMessage(message, index, open))
      refuseUnanswered(open, index - 1)
    }
  }
  refuseUnanswered(open, messages.length - 1)
  return converted
}

function readToolUses({ content }: Message, index: number): Map<string, ModelToolCall> {
  const calls = new Map<string, ModelToolCall>()
  for (const [at, block] of blocksOf(content).entries()) {
    if (block.type === 'tool-result') {
      throw unpaired(index, at, 'a tool-result must be in a user message')
    }
    if (block.type !== 'tool-use') continue
    if (calls.has(block.id)) throw unpaired(index, at, `duplicate id "${block.id}"`)
    calls.set(block.id, { id: block.id, name: block.name, arguments: block.input })
  }
  return calls
}

/** Returns the tool results before the text, because providers require them directly after the calls. */
function readUserMessage(
  message: Message,
  index: number,
  open: Map<string, ModelToolCall>,
): ModelMessage[] {
  const results: ModelMessage[] = []
  for (const [at, block] of blocksOf(message.content).entries()) {
    if (block.type === 'tool-use') {
      throw unpaired(index, at, 'a tool-use must be in an assistant message')
    }
    if (block.type !== 'tool-result') continue
    const call = open.get(block.toolUseId)
    if (call === undefined) {
      throw unpaired(
        index,
        at,
        `the previous message has no tool-use "${block.toolUseId}" without a result`,
      )
    }
    open.delete(call.id)
    const { content, isError } = block
    results.push({ role: 'tool', toolCallId: call.id, toolName: call.name, content, isError })
  }
  const text = textOf(message)
  return text === '' && results.length > 0 ? results : [...results, { role: 'user', content: text }]
}

function refuseUnanswered(open: ReadonlyMap<string, ModelToolCall>, index: number): void {
  const [id] = open.keys()
  if (id === undefined) return
  throw invalidParam(
    ['messages', index, 'content'],
    `message ${index}: the tool-use "${id}" has no tool-result in the message after it`,
    { reason: 'tool-pairs' },
  )
}

function blocksOf(content: Message['content']) {
  return typeof content === 'string' ? [] : content
}

function unpaired(index: number, block: number, message: string) {
  return invalidParam(['messages', index, 'content', block], `message ${index}: ${message}`, {
    reason: 'tool-pairs',
  })
}
