import type { GeneratedResponse } from '../messages/generated-response.ts'
import type { MessageRequest } from '../messages/message-request.ts'
import { lastPrompt } from '../messages/message-request.ts'
import type { PendingApproval } from './pending-approval.ts'

/** Maximum length of a preview, in characters. */
const maxPreviewChars = 4000

/** Returns the text that a user sees before a decision, truncated to the maximum length. */
export function previewOf(approval: PendingApproval): string {
  const parts =
    approval.stage === 'request' ? requestParts(approval.request) : responseParts(approval.response)
  const text = parts.filter((part) => part !== '').join('\n\n')
  if (text.length <= maxPreviewChars) return text
  return `${text.slice(0, maxPreviewChars).toWellFormed()}…`
}

function requestParts({ messages, system = '', tools = [] }: MessageRequest): string[] {
  const { content } = messages.at(-1) ?? { content: '' }
  const blocks = typeof content === 'string' ? [] : content
  const results = blocks.flatMap((block) =>
    block.type === 'tool-result' ? [`Tool result: ${block.content}`] : [],
  )
  return [
    lastPrompt(messages),
    ...results,
    system === '' ? '' : `Instructions: ${system}`,
    tools.length === 0 ? '' : `Tools offered: ${tools.map(({ name }) => name).join(', ')}`,
    messages.length === 1 ? '' : `Earlier messages sent along: ${messages.length - 1}`,
  ]
}

function responseParts({ text, toolCalls }: GeneratedResponse): string[] {
  const calls = toolCalls.map(
    ({ name, arguments: input }) => `Calls the tool ${name}: ${JSON.stringify(input)}`,
  )
  return [text, ...calls]
}
