import type { GeneratedAnswer } from '../messages/generated-answer.ts'
import type { MessageRequest } from '../messages/message-request.ts'
import { lastPrompt } from '../messages/message-request.ts'
import type { PendingApproval } from './pending-approval.ts'

/** The most of a text that a person is shown before approving it by name. */
const longestPreview = 4000

/** What is to be approved as a person reads it, the words first; of much, the beginning. */
export function previewOf(approval: PendingApproval): string {
  const parts =
    approval.stage === 'request' ? partsOfRequest(approval.request) : partsOfAnswer(approval.answer)
  const text = parts.filter((part) => part !== '').join('\n\n')
  return text.length <= longestPreview ? text : `${text.slice(0, longestPreview)}…`
}

function partsOfRequest({ messages, system = '', tools = [] }: MessageRequest): string[] {
  const { content } = messages.at(-1) ?? { content: '' }
  const blocks = typeof content === 'string' ? [] : content
  const results = blocks.flatMap((block) =>
    block.type === 'tool-result' ? [`Result of a tool: ${block.content}`] : [],
  )
  return [
    lastPrompt(messages),
    ...results,
    system === '' ? '' : `Instructions: ${system}`,
    tools.length === 0 ? '' : `Tools it may ask for: ${tools.map(({ name }) => name).join(', ')}`,
    messages.length === 1 ? '' : `Messages before it that go along: ${messages.length - 1}`,
  ]
}

function partsOfAnswer({ text, toolCalls }: GeneratedAnswer): string[] {
  const calls = toolCalls.map(
    ({ name, arguments: given }) => `Asks for the tool ${name}: ${JSON.stringify(given)}`,
  )
  return [text, ...calls]
}
