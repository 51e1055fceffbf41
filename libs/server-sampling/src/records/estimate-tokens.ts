import type { MessageRequest } from '../messages/message-request.ts'

/** What a message costs beside its words. */
const messageTokens = 4

/**
 * About how many tokens a text takes: a quarter for each ASCII character, a half for each further
 * letter of the alphabets, one for each character of the scripts that write a word with one.
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

/** About how many tokens a provider reads before it answers. */
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
