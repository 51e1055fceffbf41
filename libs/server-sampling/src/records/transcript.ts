import type { Clock } from '@mcp/protocol'
import { createId, formatTimestamp } from '@mcp/protocol'

import type { ModelUsage } from '@mcp/llm'
import { createBoundedMap } from './bounded-map.ts'
import { cutText } from './cut-text.ts'

/** A prompt and its response. */
export interface NewExchange {
  readonly source: 'sampling' | 'client'
  readonly prompt: string
  readonly response: string
  readonly model?: string | undefined
  readonly usage?: ModelUsage | undefined
}

export interface Exchange extends NewExchange {
  readonly exchangeId: string
  readonly at: string
  /** Whether the prompt or the response was truncated. */
  readonly isCut: boolean
}

/** The exchanges of one session. */
export interface Transcript {
  record(exchange: NewExchange): Exchange
  /** Returns the exchanges, oldest first. */
  list(): Exchange[]
}

/** Maximum number of exchanges, of characters in all of them, and of characters per text. */
const maxExchanges = 500
const maxChars = 2_000_000
const maxTextChars = 100_000
const maxNameChars = 256

export function createTranscript(clock: Clock): Transcript {
  const exchanges = createBoundedMap<Exchange>({
    maxEntries: maxExchanges,
    maxSize: maxChars,
  })
  return {
    record({ source, prompt, response, model, usage }) {
      const exchange = {
        exchangeId: createId('exchange'),
        at: formatTimestamp(clock.now()),
        source,
        prompt: cutText(prompt, maxTextChars),
        response: cutText(response, maxTextChars),
        ...(model === undefined ? {} : { model: cutText(model, maxNameChars) }),
        ...(usage === undefined ? {} : { usage }),
        isCut: Math.max(prompt.length, response.length) > maxTextChars,
      }
      const size = exchange.prompt.length + exchange.response.length
      exchanges.add(exchange.exchangeId, exchange, size)
      return exchange
    },
    list: () => exchanges.values(),
  }
}
