import type { MessageRequest } from '../messages/message-request.ts'

/** Overhead per message, in tokens. */
const messageTokens = 4

/**
 * Estimates the tokens of a text. An ASCII character counts as 0.25 tokens, any other character up to
 * U+07FF as 0.5 (most other alphabets), and a character above U+07FF as 1 (such as Chinese).
 */
export function estimateTokens(text: string): number {
  let quarters = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    quarters += code < 0x80 ? 1 : code < 0x800 ? 2 : 4
  }
  return Math.ceil(quarters / 4)
}

type Counted = Pick<MessageRequest, 'messages'> & Partial<MessageRequest>

/** Estimates the input tokens of a request. */
export function estimateInput({ system, messages, tools, responseSchema }: Counted): number {
  let tokens = estimateTokens(system ?? '')
  for (const { content } of messages) {
    tokens += messageTokens
    tokens += estimateTokens(typeof content === 'string' ? content : JSON.stringify(content))
  }
  for (const described of [tools, responseSchema]) {
    if (described !== undefined) tokens += estimateTokens(JSON.stringify(described))
  }
  return tokens
}
