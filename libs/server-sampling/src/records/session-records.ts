import type { Clock, ErrorBody } from '@mcp/protocol'

import type { MessageResult } from '../messages/message-request.ts'
import type { OpenMessage } from '../messages/open-message.ts'
import type { BoundedMap } from './bounded-map.ts'
import { createBoundedMap } from './bounded-map.ts'
import type { TokenBudget } from './token-budget.ts'
import { createTokenBudget } from './token-budget.ts'
import type { Transcript } from './transcript.ts'
import { createTranscript } from './transcript.ts'
import type { UsageLog } from './usage-log.ts'
import { createUsageLog } from './usage-log.ts'

/** How a message ended. */
export type Outcome =
  | { readonly status: 'completed'; readonly messageId: string; readonly message: MessageResult }
  | { readonly status: 'failed'; readonly messageId: string; readonly error: ErrorBody }

/** What is kept of one session. */
export interface SessionRecords {
  readonly ledger: TokenBudget
  readonly usage: UsageLog
  /** What answers from elsewhere took, as the client says. */
  readonly recorded: UsageLog
  readonly transcript: Transcript
  /** The messages that are not done. */
  readonly open: Map<string, OpenMessage>
  /** How the last messages ended. */
  readonly outcomes: BoundedMap<Outcome>
}

export interface SessionRecordsOptions {
  readonly clock: Clock
  readonly tokenBudget: number
}

/** The most outcomes that are kept, and the most characters of JSON in them. */
const mostOutcomes = 100
const mostCharacters = 4_000_000

export function createSessionRecords(options: SessionRecordsOptions): SessionRecords {
  const { clock, tokenBudget } = options
  return {
    ledger: createTokenBudget(tokenBudget),
    usage: createUsageLog(clock),
    recorded: createUsageLog(clock),
    transcript: createTranscript(clock),
    open: new Map(),
    outcomes: createBoundedMap({ maxEntries: mostOutcomes, maxSize: mostCharacters }),
  }
}
