import type { sampling } from '@mcp/contracts/sampling'
import type * as z from 'zod'

type CreateMessage = (typeof sampling)['operations']['createMessage']

/** Input of `createMessage`, with the effective approval policy. */
export type MessageRequest = z.output<CreateMessage['params']>

/** One turn of a conversation. */
export type Message = MessageRequest['messages'][number]

type AnyResult = z.output<CreateMessage['result']>

/** Final result of `createMessage`. */
export type MessageResult = Extract<AnyResult, { role: 'assistant' }>

/** Result of `createMessage` while the message is pending. */
export type PendingResult = Extract<AnyResult, { status: 'pending' }>

/** The selected model and the reason for its selection. */
export type Selection = MessageResult['selection']

/** Returns the text of the last user message with text, or an empty string. */
export function lastPrompt(messages: readonly Message[]): string {
  const last = messages.findLast((message) => textOf(message) !== '' && message.role === 'user')
  return last === undefined ? '' : textOf(last)
}

/** Returns the text of a message, without tool calls and their results. */
export function textOf({ content }: Message): string {
  if (typeof content === 'string') return content
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

/**
 * Returns the conversation with the last user text replaced, or `undefined` if there is no user
 * text.
 */
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
