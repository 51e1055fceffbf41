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

/** A message that completed or failed. */
export type FinishedMessage =
  | { readonly status: 'completed'; readonly messageId: string; readonly message: MessageResult }
  | { readonly status: 'failed'; readonly messageId: string; readonly error: ErrorBody }

/** Budget, usage, transcript and messages of one session. */
export interface SessionRecords {
  readonly budget: TokenBudget
  readonly usage: UsageLog
  /** Usage of exchanges outside this server, as reported by the client. */
  readonly recorded: UsageLog
  readonly transcript: Transcript
  /** Messages that have not finished, by id. */
  readonly open: Map<string, OpenMessage>
  /** The newest finished messages. */
  readonly finished: BoundedMap<FinishedMessage>
}

export interface SessionRecordsOptions {
  readonly clock: Clock
  readonly tokenBudget: number
}

/** Maximum number of finished messages. */
const maxFinished = 100
/** Maximum number of characters of JSON in all finished messages together. */
const maxChars = 4_000_000

export function createSessionRecords(options: SessionRecordsOptions): SessionRecords {
  const { clock, tokenBudget } = options
  return {
    budget: createTokenBudget(tokenBudget),
    usage: createUsageLog(clock),
    recorded: createUsageLog(clock),
    transcript: createTranscript(clock),
    open: new Map(),
    finished: createBoundedMap({ maxEntries: maxFinished, maxSize: maxChars }),
  }
}
