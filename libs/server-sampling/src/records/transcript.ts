import type { Clock } from '@mcp/protocol'
import { createId, formatTimestamp } from '@mcp/protocol'

import type { ModelUsage } from '@mcp/llm'
import { createBoundedMap } from './bounded-map.ts'
import { cutText } from './cut-text.ts'

/** What was asked and answered. */
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
  /** Whether it was longer than what is kept. */
  readonly isCut: boolean
}

/** The exchanges of one session. */
export interface Transcript {
  record(exchange: NewExchange): Exchange
  /** The oldest first. */
  list(): Exchange[]
}

/** The most that is kept: exchanges, characters of them all, and characters of each text. */
const mostExchanges = 500
const mostCharacters = 2_000_000
const longestText = 100_000
const longestName = 256

export function createTranscript(clock: Clock): Transcript {
  const exchanges = createBoundedMap<Exchange>({
    maxEntries: mostExchanges,
    maxSize: mostCharacters,
  })
  return {
    record({ source, prompt, response, model, usage }) {
      const exchange = {
        exchangeId: createId('exchange'),
        at: formatTimestamp(clock.now()),
        source,
        prompt: cutText(prompt, longestText),
        response: cutText(response, longestText),
        ...(model === undefined ? {} : { model: cutText(model, longestName) }),
        ...(usage === undefined ? {} : { usage }),
        isCut: Math.max(prompt.length, response.length) > longestText,
      }
      const size = exchange.prompt.length + exchange.response.length
      exchanges.add(exchange.exchangeId, exchange, size)
      return exchange
    },
    list: () => exchanges.values(),
  }
}
