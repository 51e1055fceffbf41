import { createListeners } from '@mcp/concurrency'
import type {
  CapabilityServer,
  NotificationEnvelope,
  OperationDescription,
  RequestEnvelope,
  ServerDescription,
} from '@mcp/protocol'
import { createNotification, McpError, systemNotifications } from '@mcp/protocol'

import { createDescriptionLoader } from './description-loader.ts'
import { createEntryTable } from './entry-table.ts'
import type { ServerEntry, ServerEntryOptions } from './server-entry.ts'
import { adoptDescription, createServerEntry } from './server-entry.ts'

/** Receives the notifications of the servers, and `catalogue-changed` when the catalogue changes. */
export type NotificationListener = (notification: NotificationEnvelope, serverName: string) => void

/** A server, or the replicas of a server. */
export type Servers = CapabilityServer | readonly CapabilityServer[]

/** The server and the operation that a request addresses. */
export interface Destination {
  readonly server: ServerEntry | undefined
  /** Undefined if no server handles the request, or if the server has not described the operation. */
  readonly operation: OperationDescription | undefined
}

/** The running servers and their routes. */
export interface Registry {
  resolve(request: RequestEnvelope): Destination
  /** Returns the error for a request that no server handles. */
  explain(request: RequestEnvelope): McpError
  entries(): ServerEntry[]
  add(servers: Servers): Promise<void>
  replace(servers: Servers): Promise<void>
  remove(name: string): Promise<void>
  subscribe(listener: NotificationListener): () => void
  /** Emits `catalogue-changed` for all servers. */
  announceChange(): void
  /** Waits until the pending first descriptions have settled. Undefined if there are none. */
  pending(): Promise<unknown> | undefined
  close(): Promise<void>
}

/**
 * Creates a registry with the initial servers. When a server is added, the registry requests its
 * description until the server responds. When the server reports a change, the registry requests the
 * description again.
 *
 * @throws McpError `conflict` if two initial servers have the same name or claim the same route. If
 * a description arrives later, `onError` receives its route conflict.
 */
export function createRegistry(
  initial: readonly Servers[],
  options: Omit<ServerEntryOptions, 'onNotification'>,
): Registry {
  const { onError } = options
  const table = createEntryTable()
  const notifier = createNotifier(onError)
  const loader = createDescriptionLoader({ ...options, isRegistered: table.has, accept })

  function create(servers: Servers): ServerEntry {
    return createServerEntry(servers, {
      ...options,
      onNotification(entry, notification) {
        if (!table.has(entry)) return
        if (notification.type === systemNotifications.catalogueChanged) loader.reload(entry)
        else notifier.emit(notification, entry.name)
      },
    })
  }

  function accept(entry: ServerEntry, description: ServerDescription): McpError | undefined {
    const conflict = table.conflictOf(entry.name, description)
    entry.problem = conflict?.message
    entry.isDescribing = false
    if (conflict !== undefined) return conflict
    adoptDescription(entry, description)
    table.update(entry)
    notifier.emitChange(entry.name)
    return undefined
  }

  function unregister(entry: ServerEntry): void {
    loader.cancel(entry)
    table.delete(entry)
    entry.detach()
  }

  for (const servers of initial) {
    const entry = create(servers)
    table.insert(entry)
    const conflict = loader.load(entry)
    if (conflict instanceof Promise) void conflict.then((settled) => settled && onError(settled))
    else if (conflict !== undefined) throw conflict
  }

  return {
    resolve(request) {
      const server = table.find(request)
      return { server, operation: server?.operationOf(request) }
    },
    explain: table.explain,
    entries: table.entries,
    async add(servers) {
      const entry = create(servers)
      try {
        table.insert(entry)
        const conflict = await loader.load(entry)
        if (conflict !== undefined) throw conflict
      } catch (error) {
        // The server is not closed, because the caller still owns a server that could not be added.
        unregister(entry)
        throw error
      }
    },
    async replace(servers) {
      const entry = create(servers)
      try {
        const description = await entry.describe()
        const conflict = table.conflictOf(entry.name, description)
        if (conflict !== undefined) throw conflict
        adoptDescription(entry, description)
        const previous = table.replace(entry)
        notifier.emitChange(entry.name)
        if (previous === undefined) return
        unregister(previous)
        await previous.close()
      } catch (error) {
        unregister(entry)
        throw McpError.from(error)
      }
    },
    async remove(name) {
      const entry = table.get(name)
      if (entry === undefined) return
      unregister(entry)
      notifier.emitChange(name)
      await entry.close()
    },
    subscribe: notifier.subscribe,
    announceChange: () => table.entries().forEach(({ name }) => notifier.emitChange(name)),
    pending: loader.pending,
    async close() {
      const entries = table.entries()
      for (const entry of entries) unregister(entry)
      await Promise.all(entries.map((entry) => entry.close()))
      notifier.clear()
    },
  }
}

interface Notifier {
  readonly emit: (notification: NotificationEnvelope, serverName: string) => void
  /** Emits `catalogue-changed`. */
  readonly emitChange: (serverName: string) => void
  readonly subscribe: (listener: NotificationListener) => () => void
  readonly clear: () => void
}

function createNotifier(onError: (error: unknown) => void): Notifier {
  const listeners = createListeners<Parameters<NotificationListener>>({ onError })
  const emit: Notifier['emit'] = (...event) => listeners.emit(event)
  return {
    emit,
    emitChange(serverName) {
      const { catalogueChanged } = systemNotifications
      emit(createNotification(catalogueChanged, { servers: [serverName] }), serverName)
    },
    subscribe: (listener) => listeners.add((event) => listener(...event)),
    clear: () => listeners.clear(),
  }
}
