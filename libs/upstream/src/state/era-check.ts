import type { Clock } from '@mcp/protocol'

import type { Listing } from '../catalogue/list-catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import { isEraOld } from '../connection/prior.ts'
import type { ActiveConnection, UpstreamConnections } from '../connection/upstream-connections.ts'
import type { UpstreamEntry } from '../entry/upstream-entry.ts'

export interface EraCheckOptions {
  readonly entry: UpstreamEntry
  readonly live: LiveCatalogue
  readonly connections: Pick<UpstreamConnections, 'use' | 'retire' | 'retireAll'>
  readonly clock: Clock
  readonly list: (connection: ActiveConnection) => Promise<Listing>
  readonly onChange: () => void
  readonly onError: (error: unknown) => void
}

/** Detects that a server was replaced by one of another era. */
export interface EraCheck {
  /** Records the era of a new connection. Returns whether it differs from the known one. */
  record(connection: ActiveConnection): boolean
  /**
   * Starts a check if the era was not probed for a day. A connection over HTTP may stay open for longer, and a
   * server without sessions can be replaced in the meantime. A process is not checked, because its version
   * cannot change.
   */
  check(): void
}

export function createEraCheck(options: EraCheckOptions): EraCheck {
  const { entry, live, connections, clock, list, onChange, onError } = options
  let isRunning = false

  async function check(): Promise<void> {
    const key = `call:${crypto.randomUUID()}`
    const before = live.current()?.era
    const { signal } = new AbortController()
    try {
      const isChanged = await connections.use(key, signal, async (connection) =>
        live.adopt(await list(connection)),
      )
      if (isChanged) onChange()
      if (live.current()?.era !== before) connections.retireAll()
    } catch (error) {
      onError(error)
    } finally {
      connections.retire(key)
      isRunning = false
    }
  }

  return {
    record({ era, probedAt, client }) {
      const previous = live.current()?.era
      if (probedAt !== undefined) live.recordEra(era, client.getDiscoverResult(), probedAt)
      return previous !== undefined && previous !== era
    },
    check() {
      const catalogue = live.current()
      if (entry.transport === 'stdio' || entry.hub.era !== 'match' || isRunning) return
      if (catalogue === undefined || !isEraOld(catalogue, clock.now())) return
      isRunning = true
      void check()
    },
  }
}
