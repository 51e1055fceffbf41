import { join } from 'node:path'

import type { DocumentStore } from '@mcp/files'
import type { Clock } from '@mcp/protocol'

import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import type { KeptServers } from './kept-servers.ts'
import { openKeptServers, shareKeptServers } from './kept-servers.ts'
import { parseKeptServers } from './parse-kept-servers.ts'

export interface AddedServersOptions {
  /** Data folder, in which the servers are kept unless several processes share them. */
  readonly folder: string
  readonly shared: DocumentStore | undefined
  readonly allowCommands: boolean
  /** Whether the MCP configuration file defines a server. The definition in the file then takes precedence. */
  readonly isInFile: (name: string) => boolean
  /** Receives the entries that are to run. */
  readonly onChange: (entries: readonly UpstreamEntry[]) => Promise<void>
  readonly clock: Clock
}

/** The servers that operators have added. */
export interface AddedServers {
  /** The entries that are to run. */
  entries(): readonly UpstreamEntry[]
  /** Reads the servers again, which another process may have changed. */
  load(): Promise<void>
  /** Changes the servers. If `edit` throws, nothing changes. */
  change(edit: (servers: KeptServers) => KeptServers): Promise<void>
  /** Adopts the changes of other processes at an interval. Returns the function that stops this. */
  follow(): () => void
}

/** Interval at which the servers that other processes may have added are read, in milliseconds. */
const readEveryMs = 2000

/**
 * Opens the servers that operators have added.
 *
 * @throws McpError `invalid-params` if the file in the folder is damaged or cannot be read.
 */
export function openAddedServers(options: AddedServersOptions): AddedServers {
  const { folder, shared, allowCommands, isInFile, onChange, clock } = options
  const store =
    shared === undefined ? openKeptServers(join(folder, 'servers.json')) : shareKeptServers(shared)
  let current = store.initial

  function entriesOf(servers: KeptServers): UpstreamEntry[] {
    // Another process may allow commands that this one does not.
    const isAllowed = (entry: UpstreamEntry): boolean =>
      shared === undefined || allowCommands || entry.transport !== 'stdio'
    return parseKeptServers(servers).filter((entry) => !isInFile(entry.name) && isAllowed(entry))
  }

  async function adopt(next: KeptServers): Promise<void> {
    if (JSON.stringify(next) === JSON.stringify(current)) return
    current = next
    await onChange(entriesOf(next))
  }

  async function readAgain(): Promise<void> {
    try {
      await adopt(await store.read())
    } catch {
      // The store reports its failures.
    }
  }

  return {
    entries: () => entriesOf(current),
    async load() {
      current = await store.read()
    },
    async change(edit) {
      const next = await store.change((servers) => {
        const edited = edit(servers)
        // Throws for entries that cannot be used together.
        parseKeptServers(edited)
        return edited
      })
      await adopt(next)
    },
    follow() {
      return shared === undefined ? () => {} : clock.every(readEveryMs, () => void readAgain())
    },
  }
}
