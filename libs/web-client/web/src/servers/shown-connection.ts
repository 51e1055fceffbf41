import type { ConnectionStatus, ServerListing } from '@mcp/protocol'

import { isWebAddress } from '../elements/is-web-address.ts'

/** The connection of a standard MCP server as the page shows it. */
export interface ShownConnection {
  /** Phase in words. */
  readonly phase: string
  /** Time at which the phase began, in milliseconds since the epoch. */
  readonly since: number
  /** The server and the era of its protocol, or the failure of the latest attempt. */
  readonly attempt: string | undefined
  /** Last lines that its process wrote to standard error. */
  readonly lastErrorLines: readonly string[]
  /** The login that waits for the user. `isLink`: whether the address begins with http or https. */
  readonly login: { readonly url: string; readonly isLink: boolean } | undefined
  /** Names of tools whose definitions have changed since they were approved. */
  readonly changedTools: readonly string[]
}

const phases: Readonly<Record<ConnectionStatus['phase'], string>> = {
  starting: 'connecting',
  ready: 'connected',
  degraded: 'connected, but not listed',
  'awaiting-auth': 'waiting for a login',
  stopped: 'not connected; connects at the next call',
  failed: 'could not connect',
}

/** Returns the connection of a server, or undefined if it has none. */
export function shownConnection({
  health,
}: Pick<ServerListing, 'health'>): ShownConnection | undefined {
  const { connection } = health
  if (connection === undefined) return undefined
  const { phase, since, attempt, lastErrorLines = [], loginUrl, changedTools = [] } = connection
  return {
    phase: phases[phase],
    since: Date.parse(since),
    // The reason of a failure is already shown as the reason of the state.
    attempt: phase === 'failed' ? undefined : attempt?.outcome,
    lastErrorLines,
    // Another server has chosen the address, so it may also contain a script.
    login: loginUrl === undefined ? undefined : { url: loginUrl, isLink: isWebAddress(loginUrl) },
    changedTools: changedTools.map(({ tool }) => tool),
  }
}
