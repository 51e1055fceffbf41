import type { ActivityEntry } from '@mcp/protocol/rest'

import type { Exchange } from './exchange.ts'
import { beginExchange, exchangeIdOf, extendExchange, gapExchange } from './exchange.ts'

/** The exchanges of a session, by number. Each change increases the version. */
export interface ActivityLog {
  readonly version: () => number
  /** Number of the first exchange. */
  readonly first: () => number
  /** Number after the last exchange. */
  readonly end: () => number
  readonly at: (number: number) => Exchange | undefined
  /** Returns the last exchange whose first entry has this position. */
  readonly find: (seq: number) => Exchange | undefined
  /**
   * Returns the numbers of the exchanges that are new or have changed since a version. Undefined if the
   * version is too old.
   */
  readonly changesSince: (version: number) => readonly number[] | undefined
  /** Whether the contents of an exchange can still be read. */
  readonly isReadable: (exchange: Exchange) => boolean
}

export interface ActivityRecorder extends ActivityLog {
  /** Adds entries. Ignores entries that were added before. Returns whether there is a change. */
  add(entries: readonly ActivityEntry[]): boolean
  /** Begins again at the position 1, because the session manager has lost its entries. */
  restart(at: string): void
  clear(): void
  /** Position of the last entry. */
  lastSeq(): number
  /** Returns a copy of the present state, which does not change later. */
  readonly copy: () => ActivityLog
}

export interface RecorderLimits {
  /** Default: 50,000. */
  readonly maxExchanges?: number
  /** Maximum length of all texts that words of a filter match. Default: 32 million characters. */
  readonly maxTextLength?: number
}

const maxChanges = 20_000

interface State {
  first: number
  /** Number of the first exchange whose contents the session manager has. */
  firstReadable: number
  version: number
  exchanges: readonly Exchange[]
}

/** Creates the collection of the entries of a session, in the order of their positions. */
export function createActivityRecorder(limits: RecorderLimits = {}): ActivityRecorder {
  const { maxExchanges = 50_000, maxTextLength = 32_000_000 } = limits
  /** Exchanges are removed in blocks, so that each removal costs little on average. */
  const block = Math.ceil(maxExchanges / 10)
  let exchanges: Exchange[] = []
  let numbers = new Map<string, number>()
  let changes: number[] = []
  let lastSeq = 0
  let textLength = 0
  const state: State = { first: 0, firstReadable: 0, version: 0, exchanges }
  const end = () => state.first + exchanges.length

  function change(number: number): void {
    state.version++
    changes.push(number)
    if (changes.length > maxChanges * 2) changes = changes.slice(-maxChanges)
  }

  function append(exchange: Exchange): void {
    exchanges.push(exchange)
    textLength += exchange.text.length
    change(exchange.number)
  }

  function addEntry(entry: ActivityEntry): void {
    if (entry.seq > lastSeq + 1) {
      const reason = `The entries ${lastSeq + 1} to ${entry.seq - 1} are missing: the session manager no longer has them.`
      append(gapExchange(end(), { seq: entry.seq, at: entry.at, reason }))
    }
    lastSeq = entry.seq
    const number = numbers.get(exchangeIdOf(entry)) ?? numbers.get(entry.id)
    const earlier = number === undefined ? undefined : exchanges[number - state.first]
    if (number === undefined || earlier === undefined) {
      numbers.set(entry.id, end())
      append(beginExchange(entry, end()))
      return
    }
    const extended = extendExchange(earlier, entry)
    exchanges[number - state.first] = extended
    // The entry that resolves an interaction contains only the id of the interaction.
    numbers.set(entry.id, number)
    textLength += extended.text.length - earlier.text.length
    change(number)
  }

  function removeOldest(): void {
    while (exchanges.length > maxExchanges || textLength > maxTextLength) {
      const removed = exchanges.slice(0, Math.min(block, exchanges.length))
      exchanges = exchanges.slice(removed.length)
      state.first += removed.length
      for (const { text } of removed) textLength -= text.length
      numbers = new Map(Array.from(numbers).filter(([, number]) => number >= state.first))
    }
    state.exchanges = exchanges
  }

  return {
    ...logOf(state, (version) => {
      const count = state.version - version
      return count > changes.length ? undefined : changes.slice(changes.length - count)
    }),
    add(entries) {
      const before = state.version
      for (const entry of entries) if (entry.seq > lastSeq) addEntry(entry)
      removeOldest()
      return state.version !== before
    },
    restart(at) {
      lastSeq = 0
      numbers = new Map()
      const reason =
        'The session manager was restarted: it no longer has the entries before this line.'
      state.firstReadable = end()
      append(gapExchange(end(), { seq: 0, at, reason }))
    },
    clear() {
      state.first = end()
      exchanges = []
      state.exchanges = exchanges
      numbers = new Map()
      textLength = 0
      state.version++
      changes = []
    },
    lastSeq: () => lastSeq,
    copy: () => logOf({ ...state, exchanges: exchanges.slice() }, () => []),
  }
}

function logOf(state: State, changesSince: ActivityLog['changesSince']): ActivityLog {
  const end = () => state.first + state.exchanges.length
  const at = (number: number) => state.exchanges[number - state.first]
  return {
    version: () => state.version,
    first: () => state.first,
    end,
    at,
    find(seq) {
      // Positions begin again after a restart, so only exchanges after the last restart are searched.
      let low = Math.max(state.first, state.firstReadable)
      let high = end()
      while (low < high) {
        const middle = (low + high) >> 1
        if ((at(middle)?.seq ?? Infinity) < seq) low = middle + 1
        else high = middle
      }
      const found = [at(low), at(low + 1)].find((each) => each?.seq === seq && each.kind !== 'gap')
      return found
    },
    changesSince,
    isReadable: ({ number }) => number >= state.firstReadable,
  }
}
