import type { DocumentStore } from '@mcp/files'
import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'

import type { UpstreamConfig } from '../config/parse-config.ts'
import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import type { UpstreamLogin } from '../oauth/login.ts'
import type { ConnectedServer, RunningUpstream, ServerRegistry, Upstreams } from '../upstreams.ts'
import { createUpstreams, unknownUpstream } from '../upstreams.ts'
import { openAddedServers } from './added-servers.ts'
import { configFiles } from './config-files.ts'
import { parseAddedServer } from './parse-kept-servers.ts'
import { watchConfig } from './watch-config.ts'

export interface UpstreamServiceOptions {
  /**
   * Creates the server of an entry. `name` is the name of the server, which may differ from that of the entry.
   */
  readonly createServer: (entry: UpstreamEntry, name: string) => ConnectedServer
  /** Data folder, which stores the servers that operators add, unless `sharedServers` does. */
  readonly folder: string
  /**
   * Sealed documents in which several processes keep the servers that operators add. Default: a file in the
   * folder.
   */
  readonly sharedServers?: DocumentStore | undefined
  /** Value of MCP_CONFIG: path of the MCP configuration file. Default: `mcp.json` in one of two folders. */
  readonly configured?: string | undefined
  /** Whether operators may add servers that run a command. Default: false. */
  readonly allowCommands?: boolean | undefined
  /** Names that no upstream server may take, besides those of the servers in the registry. */
  readonly reservedNames?: readonly string[] | undefined
  readonly onWarning: (message: string) => void
  readonly onError: (error: unknown) => void
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** The upstream servers of a program, and the actions of operators on them. */
export interface UpstreamService {
  /**
   * Line of a banner with the servers that will be started and their transports, or no line without servers.
   */
  readonly banner: readonly string[]
  /** Adds the servers to a registry, and applies later changes to them. The registry closes the servers. */
  start(registry: ServerRegistry): Promise<void>
  /** @throws McpError `conflict`, `invalid-params`, or `forbidden` for a command that is not allowed. */
  add(name: string, definition: Readonly<Record<string, unknown>>): Promise<void>
  /** @throws McpError `not-found`, or `conflict` if the server is defined in the file or built in. */
  remove(name: string): Promise<void>
  /** @throws McpError `not-found`, or `conflict` for a built-in server. */
  restart(name: string): Promise<void>
  /**
   * Starts a login at a server over HTTP. If a user has to complete the login, returns the address for that.
   *
   * @throws McpError `not-found`, `conflict` if the server has no login or is built in, or the error of the
   * login.
   */
  authorize(name: string): Promise<{ readonly url?: string }>
  /**
   * Completes the login to which the query of a callback belongs. Returns the name of the server.
   *
   * @throws McpError `not-found` for an unknown login, or the error of the login.
   */
  completeLogin(query: URLSearchParams): Promise<string>
  /**
   * Approves the changed definitions of tools. Default: of all changed tools.
   *
   * @throws McpError `not-found`, or `conflict` for a built-in server.
   */
  approve(name: string, tools?: readonly string[]): Promise<void>
  /** Stops watching the file and the servers that other processes add. */
  close(): void
}

/**
 * Creates the upstream servers of a program: those of the MCP configuration file, and those that operators have
 * added. Changes of the file are adopted within a second. Nothing is started before `start`.
 *
 * @throws McpError `invalid-params` if the file is invalid, or configured and missing, or if the file of the
 * added servers is damaged.
 */
export function createUpstreamService(options: UpstreamServiceOptions): UpstreamService {
  const { createServer, folder, configured, allowCommands = false, reservedNames } = options
  const { sharedServers, onWarning, onError, clock = systemClock } = options
  let running: { registry: ServerRegistry; upstreams: Upstreams } | undefined
  let stopFollowing = (): void => {}

  // Opened before the configuration file is watched, because this throws for a damaged file and no watch may
  // remain then.
  const added = openAddedServers({
    folder,
    shared: sharedServers,
    allowCommands,
    isInFile: (name) => current.entries.some((entry) => entry.name === name),
    onChange: async (entries) => running?.upstreams.apply('operator', entries),
    clock,
  })

  const watched = watchConfig(configFiles({ configured }), {
    isRequired: configured !== undefined,
    clock,
    onChange(config) {
      current = config
      warn(config)
      void running?.upstreams
        .apply('file', config.entries)
        // The file may no longer define a server that an operator has added.
        .then(() => running?.upstreams.apply('operator', added.entries()))
    },
    onInvalid: ({ message }) => onWarning(`${message} The servers stay as they were.`),
  })
  let current = watched.initial
  warn(current)

  function warn({ warnings }: UpstreamConfig): void {
    for (const warning of new Set(warnings)) onWarning(warning)
  }

  function find(name: string): RunningUpstream {
    const upstream = running?.upstreams.find(name)
    if (upstream !== undefined) return upstream
    if (running?.registry.descriptions().some((server) => server.name === name) === true) {
      const message = `"${name}" is not an upstream server, so it cannot be changed.`
      throw new McpError('conflict', message, { details: { reason: 'built-in' } })
    }
    throw unknownUpstream(name)
  }

  /** @throws McpError `conflict` if the file defines the server. */
  function refuseFile(name: string): void {
    const names = [...current.entries.map((entry) => entry.name), ...current.disabled]
    if (!names.includes(name)) return
    throw new McpError(
      'conflict',
      `The server "${name}" is defined in ${watched.file ?? 'the MCP configuration file'}. Change it there.`,
      { details: { reason: 'defined-in-file', server: name } },
    )
  }

  return {
    banner: bannerOf([...current.entries, ...added.entries()]),
    async start(registry) {
      const shared = { registry, create: createServer, reservedNames, onWarning, onError }
      const upstreams = createUpstreams(shared)
      running = { registry, upstreams }
      await added.load()
      await upstreams.apply('file', current.entries)
      await upstreams.apply('operator', added.entries())
      stopFollowing = added.follow()
    },
    async add(name, definition) {
      refuseFile(name)
      await added.change((servers) => {
        if (Object.hasOwn(servers, name)) throw nameTaken(name)
        parseAddedServer(name, definition, { allowCommands })
        return { ...servers, [name]: definition }
      })
    },
    async remove(name) {
      const { entry } = find(name)
      refuseFile(entry.name)
      await added.change((servers) =>
        Object.fromEntries(Object.entries(servers).filter(([each]) => each !== entry.name)),
      )
    },
    async restart(name) {
      await find(name).server.restart()
    },
    authorize: async (name) => loginOf(find(name)).start(),
    completeLogin: (query) => completeLogin(running?.upstreams.list() ?? [], query),
    approve: async (name, tools) => find(name).server.approve?.(tools),
    close() {
      stopFollowing()
      watched.stop()
    },
  }
}

function nameTaken(name: string): McpError {
  const message = `A server named "${name}" exists. Remove it first, or choose another name.`
  return new McpError('conflict', message, { details: { reason: 'name-taken' } })
}

/** @throws McpError `conflict` if the server has no login. */
function loginOf({ entry, server: { login } }: RunningUpstream): UpstreamLogin {
  if (login !== undefined) return login
  const problem =
    entry.transport === 'stdio'
      ? 'runs as a process. It has no login'
      : 'has an "authorization" header. Remove it to log in'
  throw new McpError('conflict', `The server "${entry.name}" ${problem}.`, {
    details: { reason: 'no-login', server: entry.name },
  })
}

/** Completes the login to which the query of a callback belongs. */
async function completeLogin(
  running: readonly RunningUpstream[],
  query: URLSearchParams,
): Promise<string> {
  for (const { name, server } of running) {
    if ((await server.login?.complete(query)) === true) return name
  }
  throw new McpError(
    'not-found',
    'This login is unknown or was replaced by a later one. Start it again.',
  )
}

function bannerOf(entries: readonly UpstreamEntry[]): string[] {
  if (entries.length === 0) return []
  const names = entries.map(({ name, transport }) => `${name} (${transport})`)
  return [`Upstream servers   ${names.join(', ')}`]
}
