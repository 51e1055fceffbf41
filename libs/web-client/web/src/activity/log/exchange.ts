import type { ActivityEntry } from '@mcp/protocol/rest'

/** Entries that belong together, such as a request, its notifications and its response. */
export interface Exchange {
  readonly kind: ActivityEntry['kind'] | 'gap'
  readonly id: string
  /** Number in the log. Numbers are consecutive and never reused. */
  readonly number: number
  /** Position of the first entry. For a gap, the position before which entries are missing. */
  readonly seq: number
  readonly at: string
  readonly server?: string | undefined
  readonly operation: string
  readonly from: string
  /** Undefined until there is a response. */
  readonly status?: string | undefined
  readonly durationMs?: number | undefined
  readonly bytes?: number | undefined
  /**
   * Positions of the entries, in order. An exchange with more than 100 entries has only the positions of the
   * first 50 and the last 50.
   */
  readonly entries: readonly number[]
  /** Number of all entries. */
  readonly entryCount: number
  /** Text in lower case that words of a filter match. */
  readonly text: string
}

const maxPositions = 100
const maxTextLength = 2000

/** Returns the exchange that an entry begins. */
export function beginExchange(entry: ActivityEntry, number: number): Exchange {
  const { kind, id, seq, at, server, operation, from, status, durationMs, bytes } = entry
  const text = `${server ?? ''} ${operation} ${from} ${entry.preview ?? ''}`
  return {
    kind,
    id,
    number,
    seq,
    at,
    server,
    operation,
    from,
    status,
    durationMs,
    bytes,
    entries: [seq],
    entryCount: 1,
    text: toSearchText(text),
  }
}

/** Returns an exchange with a further entry. */
export function extendExchange(exchange: Exchange, entry: ActivityEntry): Exchange {
  const { entries, entryCount, text } = exchange
  // An interaction or a notification of a request is not the response to it.
  const isOwn = exchange.kind !== 'request' || entry.kind === 'response'
  const { server, status, durationMs, bytes } = isOwn
    ? { ...exchange, ...present(entry) }
    : exchange
  const positions = entries.length < maxPositions ? entries : entries.toSpliced(maxPositions / 2, 1)
  return {
    ...exchange,
    server,
    status,
    durationMs,
    bytes: isOwn ? (exchange.bytes ?? 0) + (entry.bytes ?? 0) : bytes,
    entries: [...positions, entry.seq],
    entryCount: entryCount + 1,
    text: text.length >= maxTextLength ? text : toSearchText(`${text} ${entry.preview ?? ''}`),
  }
}

/** Returns the row for entries that are missing. */
export function gapExchange(
  number: number,
  { seq, at, reason }: { readonly seq: number; readonly at: string; readonly reason: string },
): Exchange {
  const shared = { number, seq, at, from: '', entries: [], entryCount: 0, text: 'gap' }
  return { ...shared, kind: 'gap', id: `gap-${number}`, operation: reason }
}

function present({ server, status, durationMs }: ActivityEntry) {
  return {
    ...(server !== undefined && { server }),
    ...(status !== undefined && { status }),
    ...(durationMs !== undefined && { durationMs }),
  }
}

function toSearchText(text: string): string {
  return text.slice(0, maxTextLength).toLowerCase()
}

const requestIdOfPreview = /"requestId":"([^"\\]{1,128})"/

/** Returns the id of the exchange that an entry belongs to. */
export function exchangeIdOf({ kind, id, preview = '' }: ActivityEntry): string {
  if (kind !== 'notification' && kind !== 'interaction') return id
  return requestIdOfPreview.exec(preview)?.[1] ?? id
}
