import type { ActivityEntry } from '@mcp/protocol/rest'

/** Entries that belong together, such as a request and its response. */
export interface Exchange {
  readonly kind: ActivityEntry['kind'] | 'gap'
  readonly id: string
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
  /** Positions of all entries. */
  readonly entries: readonly number[]
  /** Text in lower case that words of a filter match. */
  readonly text: string
}

/** The activity of a session, by exchange. */
export interface ActivityLog {
  readonly exchanges: readonly Exchange[]
  /** Position of the last entry. */
  readonly lastSeq: number
}

export interface ActivityRecorder {
  /** Adds entries. Entries that it has already are ignored. Returns whether there is a change. */
  readonly add: (entries: readonly ActivityEntry[]) => boolean
  readonly log: () => ActivityLog
  clear(): void
}

const maxExchanges = 50_000

/** Creates the collection of the entries of a session, in the order of their positions. */
export function createActivityRecorder(): ActivityRecorder {
  let exchanges: Exchange[] = []
  let indexes = new Map<string, number>()
  let lastSeq = 0
  let log: ActivityLog = { exchanges, lastSeq }

  function addEntry(entry: ActivityEntry): void {
    if (entry.seq > lastSeq + 1) exchanges.push(gap(entry))
    lastSeq = entry.seq
    const index = indexes.get(entry.id)
    const earlier = index === undefined ? undefined : exchanges[index]
    if (index !== undefined && earlier !== undefined) {
      exchanges[index] = extend(earlier, entry)
      return
    }
    indexes.set(entry.id, exchanges.length)
    exchanges.push(begin(entry))
  }

  function removeOldest(): void {
    exchanges = exchanges.slice(-maxExchanges)
    indexes = new Map(exchanges.map(({ id }, index) => [id, index]))
  }

  return {
    add(entries) {
      const added = entries.filter(({ seq }) => seq > lastSeq)
      if (added.length === 0) return false
      exchanges = exchanges.slice()
      for (const entry of added) if (entry.seq > lastSeq) addEntry(entry)
      if (exchanges.length > maxExchanges) removeOldest()
      log = { exchanges, lastSeq }
      return true
    },
    log: () => log,
    clear() {
      exchanges = []
      indexes = new Map()
      log = { exchanges, lastSeq }
    },
  }
}

function begin(entry: ActivityEntry): Exchange {
  const { kind, id, seq, at, server, operation, from, status, durationMs, bytes } = entry
  const text = `${server ?? ''} ${operation} ${from} ${entry.preview ?? ''}`.toLowerCase()
  return {
    kind,
    id,
    seq,
    at,
    server,
    operation,
    from,
    status,
    durationMs,
    bytes,
    entries: [seq],
    text,
  }
}

function extend(exchange: Exchange, entry: ActivityEntry): Exchange {
  const { server = exchange.server, status = exchange.status } = entry
  const { durationMs = exchange.durationMs, bytes = 0 } = entry
  return {
    ...exchange,
    server,
    status,
    durationMs,
    bytes: (exchange.bytes ?? 0) + bytes,
    entries: [...exchange.entries, entry.seq],
    text: `${exchange.text} ${(entry.preview ?? '').toLowerCase()}`,
  }
}

function gap({ seq, at }: ActivityEntry): Exchange {
  return {
    kind: 'gap',
    id: `gap-${seq}`,
    seq,
    at,
    operation: 'Entries before this one are no longer kept.',
    from: '',
    entries: [],
    text: 'gap',
  }
}
