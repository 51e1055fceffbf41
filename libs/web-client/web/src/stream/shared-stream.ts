import type { Connection } from './connection.ts'
import type { Demand } from './demand.ts'
import { isEqualDemand, noDemand, unite } from './demand.ts'
import type { Leader, LeaderOptions } from './leader.ts'
import { createLeader } from './leader.ts'
import { createReceived } from './received.ts'
import type { StreamSnapshot } from './received.ts'
import type { SharedEntry } from './shared-entry.ts'
import { isSessionEnd } from './shared-entry.ts'

/** Messages between the tabs of a browser. */
type TabMessage =
  | { readonly type: 'demand'; readonly tab: string; readonly demand: Demand }
  | { readonly type: 'closed'; readonly tab: string }
  | { readonly type: 'leading' }
  | { readonly type: 'reconnect' }
  | { readonly type: 'connection'; readonly connection: Connection }
  /** If `tab` is set, the entry is only for this tab, which has opened after the entry arrived. */
  | { readonly type: 'entry'; readonly entry: SharedEntry; readonly tab?: string }

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
  /** The events that this tab had received before it was loaded again. */
  readonly before?: StreamSnapshot | undefined
  /** Id of this tab. */
  readonly tab: string
  readonly channel: TabChannel
  /** Opens another session after the end of the session that the stream followed. */
  readonly renewSession: () => Promise<void>
  /** Calls `lead` when no other tab leads. The tab then leads until the signal is aborted. */
  readonly elect: (lead: () => void, signal: AbortSignal) => void
}

/** The event stream of a browser, as one of its tabs uses it. */
export interface SharedStream {
  /** Position of the last entry. */
  readonly position: () => string | undefined
  readonly snapshot: () => StreamSnapshot
  readonly connection: () => Connection
  readonly onConnectionChange: (listener: () => void) => () => void
  /**
   * Calls a listener for the decisions and responses that already wait, then for each new entry. The demand
   * holds until the returned function is called.
   */
  subscribe(listener: (entry: SharedEntry) => void, demand?: Demand): () => void
  /** Connects again at once. Used if the connection is interrupted, or may be broken without an error. */
  readonly reconnect: () => void
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
  const subscriptions = createSubscriptions(announceDemand)
  const connection = createConnectionState()
  const received = createReceived(options.before)
  const demands = new Map<string, Demand>()
  let leader: Leader | undefined

  function receiveEntry(entry: SharedEntry): void {
    received.add(entry)
    if (entry.source === 'restart') leader?.restart()
    subscriptions.notify(entry)
  }

  function changeDemand(of: string, demand: Demand | undefined): void {
    if (demand === undefined) demands.delete(of)
    else demands.set(of, demand)
    leader?.demand(unite(demands.values()))
  }

  function announceDemand(): void {
    const demand = subscriptions.demand()
    changeDemand(tab, demand)
    channel.post({ type: 'demand', tab, demand })
  }

  function receive(message: TabMessage): void {
    switch (message.type) {
      case 'entry':
        if ((message.tab ?? tab) === tab) receiveEntry(message.entry)
        return
      case 'connection':
        return connection.set(message.connection)
      case 'leading':
        return announceDemand()
      case 'demand': {
        const isNew = !demands.has(message.tab)
        changeDemand(message.tab, message.demand)
        if (leader === undefined || !isNew) return
        channel.post({ type: 'connection', connection: connection.get() })
        for (const entry of received.waiting()) {
          const current = { ...entry, position: received.position() }
          channel.post({ type: 'entry', entry: current, tab: message.tab })
        }
        return
      }
      case 'closed':
        return changeDemand(message.tab, undefined)
      case 'reconnect':
        return leader?.reconnect()
    }
  }

  function pass(message: TabMessage): void {
    receive(message)
    channel.post(message)
  }

  const restart = () => pass({ type: 'entry', entry: { source: 'restart' } })

  function lead(): void {
    if (closed.signal.aborted) return
    leader = createLeader({
      ...options,
      first: unite(demands.values()),
      after: received.position(),
      onEntry(entry) {
        pass({ type: 'entry', entry })
        if (isSessionEnd(entry)) void options.renewSession().then(restart)
      },
      onConnection: (next) => pass({ type: 'connection', connection: next }),
    })
    channel.post({ type: 'leading' })
  }

  channel.onMessage(receive)
  announceDemand()
  elect(lead, closed.signal)

  return {
    position: received.position,
    snapshot: received.snapshot,
    connection: connection.get,
    onConnectionChange: connection.onChange,
    subscribe(listener, demand = noDemand) {
      const remove = subscriptions.add(listener, demand)
      for (const entry of received.waiting()) listener(entry)
      return remove
    },
    restart,
    reconnect: () => pass({ type: 'reconnect' }),
    close() {
      channel.post({ type: 'closed', tab })
      channel.close()
      leader?.close()
      closed.abort()
    },
  }
}

/** Creates the list of the listeners of a tab, with the parts of the stream that each listener requires. */
function createSubscriptions(onDemandChange: () => void) {
  const demands = new Map<(entry: SharedEntry) => void, Demand>()
  let current = noDemand

  function update(): void {
    const next = unite(demands.values())
    if (isEqualDemand(next, current)) return
    current = next
    onDemandChange()
  }

  return {
    add(listener: (entry: SharedEntry) => void, demand: Demand): () => void {
      demands.set(listener, demand)
      update()
      return () => {
        demands.delete(listener)
        update()
      }
    },
    demand: () => current,
    notify(entry: SharedEntry): void {
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
