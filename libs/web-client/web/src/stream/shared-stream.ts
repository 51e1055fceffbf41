import type { StreamEntry } from '@mcp/client/rest'

import type { Connection } from './connection.ts'
import type { Demand } from './demand.ts'
import { isEqualDemand, noDemand, unite } from './demand.ts'
import type { Leader, LeaderOptions } from './leader.ts'
import { createLeader } from './leader.ts'

/** Messages between the tabs of a browser. */
type TabMessage =
  | { readonly type: 'demand'; readonly tab: string; readonly demand: Demand }
  | { readonly type: 'closed'; readonly tab: string }
  | { readonly type: 'leading' }
  | { readonly type: 'restart' }
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'entry'; readonly entry: StreamEntry }

/** The part of `BroadcastChannel` that is used. */
export interface TabChannel {
  post(message: TabMessage): void
  onMessage(listener: (message: TabMessage) => void): void
  close(): void
}

export interface SharedStreamOptions extends Omit<
  LeaderOptions,
  'first' | 'after' | 'onEntry' | 'onConnection'
> {
  /** Id of this tab. */
  readonly tab: string
  readonly channel: TabChannel
  /** Calls `lead` when no other tab leads. The lead ends with the signal. */
  readonly elect: (lead: () => void, signal: AbortSignal) => void
}

/** The event stream of a browser, as one of its tabs uses it. */
export interface SharedStream {
  readonly connection: () => Connection
  readonly onConnectionChange: (listener: () => void) => () => void
  /** Calls a listener for each entry. The demand holds until the returned function is called. */
  subscribe(listener: (entry: StreamEntry) => void, demand?: Demand): () => void
  /** Starts the stream again without a position, for example for another session. */
  readonly restart: () => void
  close(): void
}

/**
 * Creates the event stream of a browser. One tab leads: it holds the connection and passes its entries
 * to the others. If it closes, another tab continues after the last entry.
 */
export function createSharedStream(options: SharedStreamOptions): SharedStream {
  const { tab, channel, elect } = options
  const closed = new AbortController()
  const subscriptions = createSubscriptions()
  const connection = createConnectionState()
  const demands = new Map<string, Demand>()
  let position: string | undefined
  let latestPending: StreamEntry | undefined
  let leader: Leader | undefined
  let ownDemand = noDemand

  function receiveEntry(entry: StreamEntry): void {
    position = entry.position ?? position
    if (entry.source === 'pending') latestPending = entry
    subscriptions.notify(entry)
  }

  function changeOwnDemand(): void {
    const next = subscriptions.demand()
    if (isEqualDemand(next, ownDemand)) return
    ownDemand = next
    announceDemand()
  }

  function changeDemand(of: string, demand: Demand | undefined): void {
    if (demand === undefined) demands.delete(of)
    else demands.set(of, demand)
    leader?.demand(unite(demands.values()))
  }

  function announceDemand(): void {
    changeDemand(tab, ownDemand)
    channel.post({ type: 'demand', tab, demand: ownDemand })
  }

  function receive(message: TabMessage): void {
    switch (message.type) {
      case 'entry':
        return receiveEntry(message.entry)
      case 'connection':
        return connection.set(message.connection)
      case 'leading':
        return announceDemand()
      case 'demand': {
        const isNew = !demands.has(message.tab)
        changeDemand(message.tab, message.demand)
        if (leader === undefined || !isNew) return
        channel.post({ type: 'connection', connection: connection.get() })
        if (latestPending !== undefined) channel.post({ type: 'entry', entry: latestPending })
        return
      }
      case 'closed':
        return changeDemand(message.tab, undefined)
      case 'restart':
        position = undefined
        return leader?.restart()
    }
  }

  function pass(message: TabMessage): void {
    receive(message)
    channel.post(message)
  }

  function lead(): void {
    if (closed.signal.aborted) return
    leader = createLeader({
      ...options,
      first: unite(demands.values()),
      after: position,
      onEntry: (entry) => pass({ type: 'entry', entry }),
      onConnection: (next) => pass({ type: 'connection', connection: next }),
    })
    channel.post({ type: 'leading' })
  }

  channel.onMessage(receive)
  announceDemand()
  elect(lead, closed.signal)

  return {
    connection: connection.get,
    onConnectionChange: connection.onChange,
    subscribe(listener, demand = noDemand) {
      const remove = subscriptions.add(listener, demand)
      changeOwnDemand()
      return () => {
        remove()
        changeOwnDemand()
      }
    },
    restart: () => pass({ type: 'restart' }),
    close() {
      channel.post({ type: 'closed', tab })
      channel.close()
      leader?.close()
      closed.abort()
    },
  }
}

/** Creates the listeners of a tab with what they require. */
function createSubscriptions() {
  const demands = new Map<(entry: StreamEntry) => void, Demand>()
  return {
    add(listener: (entry: StreamEntry) => void, demand: Demand): () => void {
      demands.set(listener, demand)
      return () => demands.delete(listener)
    },
    demand: () => unite(demands.values()),
    notify(entry: StreamEntry): void {
      for (const listener of demands.keys()) listener(entry)
    },
  }
}

function createConnectionState() {
  const listeners = new Set<() => void>()
  let connection: Connection = { state: 'connecting' }
  return {
    get: () => connection,
    set(next: Connection): void {
      connection = next
      for (const listener of listeners) listener()
    },
    onChange: (listener: () => void): (() => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
