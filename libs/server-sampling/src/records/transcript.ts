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

/** Maximum number of exchanges. */
const maxExchanges = 500
/** Maximum number of characters in all exchanges together. */
const maxChars = 2_000_000
/** Maximum number of characters per prompt or response. */
const maxTextChars = 100_000
/** Maximum length of a model name, in characters. */
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
