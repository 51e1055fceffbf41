import type { sampling } from '@mcp/contracts/sampling'
import type * as z from 'zod'

type CreateMessage = (typeof sampling)['operations']['createMessage']

/** What `createMessage` is asked, with the approvals that really apply. */
export type MessageRequest = z.output<CreateMessage['params']>

/** One turn of a conversation. */
export type Message = MessageRequest['messages'][number]

type AnyResult = z.output<CreateMessage['result']>

/** What `createMessage` answers when it is done. */
export type MessageResult = Extract<AnyResult, { role: 'assistant' }>

/** What it answers while it still waits. */
export type PendingResult = Extract<AnyResult, { status: 'pending' }>

/** Which model, and why. */
export type Selection = MessageResult['selection']

/** The text of the last thing the user said, or nothing where there is none. */
export function lastPrompt(messages: readonly Message[]): string {
  const last = messages.findLast((message) => textOf(message) !== '' && message.role === 'user')
  return last === undefined ? '' : textOf(last)
}

/** The words of a message, without its tool calls and their results. */
export function textOf({ content }: Message): string {
  if (typeof content === 'string') return content
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

/** The conversation with other words in the place of the last user text, if there is such a text. */
export function replaceLastPrompt(
  messages: readonly Message[],
  prompt: string,
): Message[] | undefined {
  const at = messages.findLastIndex((message) => message.role === 'user' && textOf(message) !== '')
  const message = messages[at]
  if (message === undefined) return undefined
  const { role, content } = message
  const blocks = typeof content === 'string' ? [] : content.filter(({ type }) => type !== 'text')
  const replaced: Message =
    blocks.length === 0
      ? { role, content: prompt }
      : { role, content: [...blocks, { type: 'text', text: prompt }] }
  return messages.with(at, replaced)
}
