import type {
  CapabilityServer,
  MaybePromise,
  NotificationEnvelope,
  OperationDescription,
  RequestEnvelope,
  ServerDescription,
} from '@mcp/protocol'
import { createNotification, McpError, systemNotifications } from '@mcp/protocol'

import type { Claimant, RouteTable } from './route-table.ts'
import { createRouteTable } from './route-table.ts'
import type { ServerEntry, ServerEntryOptions } from './server-entry.ts'
import { adoptDescription, createServerEntry } from './server-entry.ts'

/** Hears what the servers tell, and `catalogue-changed` where the catalogue has changed. */
export type NotificationListener = (notification: NotificationEnvelope, serverName: string) => void

/** A server, or the replicas of one. */
export type Servers = CapabilityServer | readonly CapabilityServer[]

/** The servers there are, and who takes what. */
export interface Registry {
  find(request: RequestEnvelope): ServerEntry | undefined
  /** Why nobody takes that request. */
  explain(request: RequestEnvelope): McpError
  operationOf(request: RequestEnvelope): OperationDescription | undefined
  entries(): ServerEntry[]
  add(servers: Servers): Promise<void>
  replace(servers: Servers): Promise<void>
  remove(name: string): Promise<void>
  subscribe(listener: NotificationListener): () => void
  /** What still waits for the first description of a server, if anything. */
  pending(): Promise<unknown> | undefined
  close(): Promise<void>
}

const firstPauseMs = 100
const longestPauseMs = 5000

/**
 * Keeps the servers and asks them what they do: once at the beginning, again where one was not
 * there yet, and again where one says that its catalogue has changed.
 *
 * @throws McpError `conflict` where two of the initial servers claim the same route.
 */
export function createRegistry(
  initial: readonly Servers[],
  options: Omit<ServerEntryOptions, 'onNotification'>,
): Registry {
  const { clock, onError } = options
  const entries = new Map<string, ServerEntry>()
  const listeners = new Set<NotificationListener>()
  const asking = new Set<Promise<unknown>>()
  const timers = new Map<ServerEntry, () => void>()
  let table: RouteTable<ServerEntry> = createRouteTable([])

  const isKnown = (entry: ServerEntry): boolean => entries.get(entry.name) === entry

  function rebuild(): void {
    table = createRouteTable(entries.values())
  }

  function tell(notification: NotificationEnvelope, name: string): void {
    for (const listener of listeners) {
      try {
        listener(notification, name)
      } catch (error) {
        onError(error)
      }
    }
  }

  function tellChange(name: string): void {
    tell(createNotification(systemNotifications.catalogueChanged, { servers: [name] }), name)
  }

  function create(servers: Servers): ServerEntry {
    return createServerEntry(servers, {
      ...options,
      onNotification(entry, notification) {
        if (!isKnown(entry)) return
        if (notification.type === systemNotifications.catalogueChanged) void askInBackground(entry)
        else tell(notification, entry.name)
      },
    })
  }

  function insert(entry: ServerEntry): void {
    if (entries.has(entry.name)) {
      throw new McpError(
        'conflict',
        `A server named "${entry.name}" is already there; replace it, or choose another name.`,
        { details: { reason: 'name-taken', server: entry.name } },
      )
    }
    entries.set(entry.name, entry)
    rebuild()
  }

  /** Asks an entry what it does, and again until it says so. Gives what stands against it. */
  function ask(entry: ServerEntry, attempt = 1): MaybePromise<McpError | undefined> {
    forgetTimer(entry)
    try {
      const described = entry.describe()
      if (!(described instanceof Promise)) return accept(entry, described)
      return described.then(
        (description) => accept(entry, description),
        (error: unknown) => askAgain(entry, attempt, error),
      )
    } catch (error) {
      return askAgain(entry, attempt, error)
    }
  }

  async function askInBackground(entry: ServerEntry, attempt = 1): Promise<void> {
    const conflict = await ask(entry, attempt)
    if (conflict !== undefined) onError(conflict)
  }

  function accept(entry: ServerEntry, description: ServerDescription): McpError | undefined {
    if (!isKnown(entry)) return undefined
    const others = [...entries.values()].filter((other) => other !== entry)
    try {
      checkRoutes(others, entry.name, description)
    } catch (error) {
      const conflict = McpError.from(error)
      entry.problem = conflict.message
      return conflict
    }
    adoptDescription(entry, description)
    rename(entry)
    rebuild()
    tellChange(entry.name)
    return undefined
  }

  // A remote server that was given no name learns it from its description.
  function rename(entry: ServerEntry): void {
    const name = entry.replicas[0]?.server.name ?? entry.name
    if (name === entry.name || entries.has(name)) return
    entries.delete(entry.name)
    entry.name = name
    entries.set(name, entry)
  }

  function askAgain(entry: ServerEntry, attempt: number, error: unknown): undefined {
    if (!isKnown(entry)) return
    if (McpError.is(error)) entry.problem ??= error.message
    else onError(error)
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1))
    forgetTimer(entry)
    timers.set(
      entry,
      clock.after(pause, () => void askInBackground(entry, attempt + 1)),
    )
  }

  function forgetTimer(entry: ServerEntry): void {
    timers.get(entry)?.()
    timers.delete(entry)
  }

  function forget(entry: ServerEntry): void {
    forgetTimer(entry)
    if (isKnown(entry)) entries.delete(entry.name)
    rebuild()
    entry.detach()
  }

  function drop(entry: ServerEntry): Promise<void> {
    forget(entry)
    return entry.close()
  }

  async function add(servers: Servers): Promise<void> {
    const entry = create(servers)
    try {
      insert(entry)
      const asked = ask(entry)
      const conflict = asked instanceof Promise ? await track(asked) : asked
      if (conflict !== undefined) throw conflict
    } catch (error) {
      // What could not be added stays the caller's, who may hold the one that is there already.
      forget(entry)
      throw error
    }
  }

  function track<Value>(promise: Promise<Value>): Promise<Value> {
    asking.add(promise)
    return promise.finally(() => asking.delete(promise))
  }

  function addInitial(servers: Servers): void {
    const entry = create(servers)
    insert(entry)
    const asked = ask(entry)
    if (asked instanceof Promise) {
      void track(asked).then((conflict) => conflict !== undefined && onError(conflict))
    } else if (asked !== undefined) {
      throw asked
    }
  }

  for (const servers of initial) addInitial(servers)

  return {
    find: (request) => table.find(request),
    explain: (request) => table.explain(request),
    operationOf: (request) => table.find(request)?.operationOf(request),
    entries: () => [...entries.values()],
    add,
    async replace(servers) {
      const entry = create(servers)
      try {
        const description = await entry.describe()
        const old = entries.get(entry.name)
        const others = [...entries.values()].filter((other) => other !== old)
        checkRoutes(others, entry.name, description)
        adoptDescription(entry, description)
        entries.set(entry.name, entry)
        rebuild()
        tellChange(entry.name)
        if (old !== undefined) await drop(old)
      } catch (error) {
        forget(entry)
        throw McpError.from(error)
      }
    },
    async remove(name) {
      const entry = entries.get(name)
      if (entry === undefined) return
      const gone = drop(entry)
      tellChange(name)
      await gone
    },
    subscribe(listener) {
      // Wrapped, so that subscribing one function twice makes two subscriptions.
      const own: NotificationListener = (notification, name) => listener(notification, name)
      listeners.add(own)
      return () => listeners.delete(own)
    },
    pending: () => (asking.size === 0 ? undefined : Promise.allSettled(asking)),
    async close() {
      await Promise.all([...entries.values()].map(drop))
      listeners.clear()
    },
  }
}

/** Throws where the routes that are to be taken are not free. */
function checkRoutes(
  others: readonly Claimant[],
  name: string,
  { routes }: ServerDescription,
): void {
  createRouteTable([...others, { name, routes, provisional: [] }])
}
