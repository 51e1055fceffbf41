import type { Clock } from '@mcp/protocol'
import type { AgentEvent, RunEvent } from '@mcp/protocol/agent'

import type { HistoryMessage, KeptResult, LogEntry } from '../log.ts'
import { encodeEntry } from '../log.ts'
import type { ConversationStore, StoredEntry } from '../store/conversation-store.ts'

/** The log of a run in progress. An event is published once it is durable, or once storing it has failed. */
export interface RunLog {
  /** The events that are published. */
  readonly events: readonly RunEvent[]
  event(event: AgentEvent): void
  /** Returns the id of the message. */
  message(message: HistoryMessage['message']): string
  result(result: KeptResult): void
  rewind(to: string): void
  /** Resolves when all earlier entries are durable, or storing them has failed. */
  flushed(): Promise<void>
  /** Resolves when there is another event, or the log has ended. */
  changed(): Promise<void>
  /** Ends the log. `onDurable` runs when the last event is stored or has failed, before it is published. */
  end(event: AgentEvent, onDurable: () => void): Promise<void>
  readonly isEnded: boolean
}

export interface RunLogOptions {
  readonly store: ConversationStore
  readonly conversationId: string
  readonly run: number
  /** Position of the last entry of the conversation. */
  readonly lastSeq: number
  readonly clock: Clock
  readonly onTrimmed: (trimmedTo: number) => void
  /** Receives the error if entries cannot be stored. */
  readonly onFailure: (error: unknown) => void
}

type Content<Entry> = Entry extends unknown ? Omit<Entry, 'seq' | 'run' | 'at'> : never

export function createRunLog(options: RunLogOptions): RunLog {
  const { store, conversationId, run, clock, onTrimmed, onFailure } = options
  const events: RunEvent[] = []
  let seq = options.lastSeq
  let written = 0
  let waiting: StoredEntry[] = []
  let unpublished: RunEvent[] = []
  let flushing: Promise<void> | undefined
  let isEnded = false
  let beforePublish = (): void => {}
  let change = Promise.withResolvers<void>()

  function write(content: Content<LogEntry>): number {
    const entry: LogEntry = { seq: ++seq, run, at: clock.now(), ...content }
    waiting.push(encodeEntry(entry))
    if (entry.kind === 'event') {
      unpublished.push({ seq: entry.number, at: entry.at, event: entry.event })
    }
    flushing ??= flush()
    return entry.seq
  }

  async function flush(): Promise<void> {
    // The entries of one turn of the event loop are written together.
    await Promise.resolve()
    while (waiting.length > 0) {
      const entries = waiting
      const published = unpublished
      waiting = []
      unpublished = []
      try {
        const { trimmedTo } = await store.append(conversationId, entries)
        if (trimmedTo !== undefined) onTrimmed(trimmedTo)
      } catch (error) {
        onFailure(error)
      }
      if (waiting.length === 0) beforePublish()
      events.push(...published)
      signalChange()
    }
    flushing = undefined
  }

  function signalChange(): void {
    change.resolve()
    change = Promise.withResolvers()
  }

  return {
    events,
    event: (event) => void write({ kind: 'event', number: ++written, event }),
    message(message) {
      const messageId = `m-${seq + 1}`
      write({ kind: 'message', messageId, message })
      return messageId
    },
    result: (result) => void write({ kind: 'result', ...result }),
    rewind: (to) => void write({ kind: 'rewind', to }),
    flushed: async () => flushing,
    changed: () => change.promise,
    async end(event, onDurable) {
      beforePublish = () => {
        isEnded = true
        onDurable()
      }
      write({ kind: 'event', number: ++written, event })
      await flushing
    },
    get isEnded() {
      return isEnded
    },
  }
}
