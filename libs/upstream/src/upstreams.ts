import type { CapabilityServer, ServerDescription } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { UpstreamEntry } from './entry/upstream-entry.ts'
import type { UpstreamLogin } from './oauth/login.ts'

/** The part of a dispatcher that adds and removes servers. */
export interface ServerRegistry {
  add(server: CapabilityServer): Promise<void>
  /** Removes a server immediately, and closes it after its calls have ended. */
  remove(name: string): Promise<void>
  descriptions(): readonly ServerDescription[]
}

/** A server that connects to an upstream server, such as one of `createUpstreamServer`. */
export interface ConnectedServer extends CapabilityServer {
  /** Closes the connections. The next call opens a new one without a delay. */
  restart(): Promise<void>
  /** The login at a server over HTTP. */
  readonly login?: UpstreamLogin | undefined
  /** Approves the changed definitions of tools. Default: of all changed tools. */
  approve?(tools?: readonly string[]): Promise<void>
}

/** Source of an entry: the MCP configuration file, or an operator. */
export type UpstreamOrigin = 'file' | 'operator'

export interface UpstreamsOptions {
  readonly registry: ServerRegistry
  /** Creates the server of an entry under a name. */
  readonly create: (entry: UpstreamEntry, name: string) => ConnectedServer
  /** Names that no entry may take, in addition to those of the servers in the registry. Default: none. */
  readonly reservedNames?: readonly string[] | undefined
  readonly onWarning: (message: string) => void
  readonly onError: (error: unknown) => void
}

/** A running upstream server. */
export interface RunningUpstream {
  readonly entry: UpstreamEntry
  readonly origin: UpstreamOrigin
  /** Name in the registry. It differs from the name of the entry if another server or tool has that name. */
  readonly name: string
  readonly server: ConnectedServer
}

/** The upstream servers of a registry. */
export interface Upstreams {
  /**
   * Replaces the entries of one origin. The servers of unchanged entries keep running. Resolves after the
   * servers of new and changed entries were added, which takes at most a few seconds.
   */
  apply(origin: UpstreamOrigin, entries: readonly UpstreamEntry[]): Promise<void>
  /** Finds a server by the name of its entry or by its name in the registry. */
  find(name: string): RunningUpstream | undefined
  list(): readonly RunningUpstream[]
}

/** Creates the set of upstream servers, which is empty at first. The registry closes the servers. */
export function createUpstreams(options: UpstreamsOptions): Upstreams {
  const { registry, create, reservedNames = [], onWarning, onError } = options
  const running = new Map<string, RunningUpstream>()

  /** Returns a name that no other server or tool has. Otherwise, an entry could take over their calls. */
  function nameOf(entry: UpstreamEntry): string {
    const own = new Set(Array.from(running.values(), ({ name }) => name))
    const taken = new Set(reservedNames)
    for (const { name, operations, routes } of registry.descriptions()) {
      if (own.has(name)) continue
      taken.add(name)
      for (const { target } of operations) if (target !== undefined) taken.add(target)
      for (const { targets = [] } of routes) for (const target of targets) taken.add(target)
    }
    for (const other of running.values()) {
      if (other.entry.name !== entry.name) taken.add(other.name)
    }
    let name = entry.name
    for (let number = 2; taken.has(name); number++) name = `${entry.name}-${number}`
    if (name !== entry.name) {
      onWarning(
        `The upstream server "${entry.name}" is named "${name}", because another server or tool has its name`,
      )
    }
    return name
  }

  async function start(entry: UpstreamEntry, origin: UpstreamOrigin): Promise<void> {
    const previous = running.get(entry.name)
    const name = previous?.name ?? nameOf(entry)
    const server = create(entry, name)
    const upstream: RunningUpstream = { entry, origin, name, server }
    const isCurrent = (): boolean => running.get(entry.name) === upstream
    running.set(entry.name, upstream)
    try {
      // The previous server is replaced when the new one has its operations, so that none is missing in
      // between. A server that does not respond describes itself as empty after a short wait.
      if (previous !== undefined) await server.describe()
      if (!isCurrent()) return await server.close()
      if (previous !== undefined) void stop(previous)
      await registry.add(server)
    } catch (thrown) {
      if (isCurrent()) running.delete(entry.name)
      onError(thrown)
      await server.close()
    }
  }

  async function stop({ name }: RunningUpstream): Promise<void> {
    try {
      await registry.remove(name)
    } catch (thrown) {
      onError(thrown)
    }
  }

  return {
    async apply(origin, entries) {
      const names = new Set(entries.map(({ name }) => name))
      for (const upstream of running.values()) {
        if (upstream.origin !== origin || names.has(upstream.entry.name)) continue
        running.delete(upstream.entry.name)
        void stop(upstream)
      }
      await Promise.all(
        entries.map(async (entry) => {
          const current = running.get(entry.name)
          if (current !== undefined && current.origin !== origin) {
            if (origin === 'operator') return
            onWarning(
              `The upstream server "${entry.name}" of the file replaces the one that an operator has added`,
            )
          }
          if (current === undefined || !isSame(current, entry, origin)) await start(entry, origin)
        }),
      )
    },
    find: (name) =>
      running.get(name) ?? [...running.values()].find((upstream) => upstream.name === name),
    list: () => [...running.values()],
  }
}

function isSame(current: RunningUpstream, entry: UpstreamEntry, origin: UpstreamOrigin): boolean {
  // The parser writes the keys of all entries in the same order.
  return current.origin === origin && JSON.stringify(current.entry) === JSON.stringify(entry)
}

/** Returns the error for a name that is not the name of an upstream server. */
export function unknownUpstream(name: string): McpError {
  return new McpError('not-found', `No upstream server is named "${name.slice(0, 100)}".`)
}
