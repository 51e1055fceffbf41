import type { ModelMessage } from '@mcp/llm'
import type { AgentEvent, RunEvent } from '@mcp/protocol/agent'
import { isRecord, parseJson } from '@mcp/protocol'

import type { StoredEntry } from './store/conversation-store.ts'

/** A message of the history, with the id for `retry` and `edit`. */
export interface HistoryMessage {
  readonly messageId: string
  readonly message: ModelMessage
}

/** A complete result, which events and messages refer to. */
export interface KeptResult {
  readonly ref: string
  readonly text: string
}

/** One entry of the log, decoded. */
export type LogEntry = Pick<StoredEntry, 'seq' | 'run' | 'at'> &
  (
    | { readonly kind: 'event'; readonly number: number; readonly event: AgentEvent }
    | ({ readonly kind: 'message' } & HistoryMessage)
    | ({ readonly kind: 'result' } & KeptResult)
    | { readonly kind: 'rewind'; readonly to: string }
  )

/** Returns the stored form of an entry. */
export function encodeEntry({ seq, run, at, kind, ...content }: LogEntry): StoredEntry {
  return { seq, run, at, kind, data: JSON.stringify(content) }
}

/** Returns the entries that are not damaged. */
export function decodeEntries(entries: readonly StoredEntry[]): LogEntry[] {
  return entries.flatMap(({ data, ...entry }) => {
    const content: unknown = parseJson(data)
    const decoded: unknown = isRecord(content) ? { ...entry, ...content } : undefined
    return isLogEntry(decoded) ? [decoded] : []
  })
}

const contents = { event: 'event', message: 'message', result: 'ref', rewind: 'to' }

// Only `encodeEntry` writes the data, so a short check is enough.
function isLogEntry(value: unknown): value is LogEntry {
  if (!isRecord(value)) return false
  const key = Object.entries(contents).find(([kind]) => kind === value['kind'])?.[1]
  return key !== undefined && value[key] !== undefined
}

/** Returns the events of a log. */
export function eventsOf(entries: readonly LogEntry[]): RunEvent[] {
  return entries.flatMap((entry) =>
    entry.kind === 'event' ? [{ seq: entry.number, at: entry.at, event: entry.event }] : [],
  )
}

/**
 * Returns the messages of a log, without those that a rewind discards. Messages before the first message of the
 * user are left out, because providers refuse a history that begins with them.
 */
export function historyOf(entries: readonly LogEntry[]): HistoryMessage[] {
  const history: HistoryMessage[] = []
  for (const entry of entries) {
    if (entry.kind === 'message') {
      history.push({ messageId: entry.messageId, message: entry.message })
    } else if (entry.kind === 'rewind') {
      const index = history.findIndex(({ messageId }) => messageId === entry.to)
      if (index !== -1) history.length = index
    }
  }
  const first = history.findIndex(({ message }) => message.role === 'user')
  return first === -1 ? [] : history.slice(first)
}
