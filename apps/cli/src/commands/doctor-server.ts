import type { ConnectionStatus, ServerListing } from '@mcp/protocol'
import { McpError } from '@mcp/protocol/light'

import type { Connection } from '../remote/connection.ts'
import { readServers } from '../remote/catalogue.ts'
import type { Check } from './doctor-check.ts'

/**
 * Returns the checks of a server: whether the hub has it, is connected and logged in, and offers all its tools.
 */
export function serverChecks(name: string): readonly Check[] {
  let reading: Promise<ServerListing> | undefined
  const read = (connection: Connection, signal: AbortSignal): Promise<ServerListing> =>
    (reading ??= find(connection, signal))

  async function find(connection: Connection, signal: AbortSignal): Promise<ServerListing> {
    const found = (await readServers(connection, signal)).find((each) => each.name === name)
    if (found === undefined) throw new McpError('not-found', `The hub has no server "${name}".`)
    return found
  }

  return [
    {
      name: 'server',
      remedy:
        'See "mcp servers". The log of the hub names the entries of mcp.json that are invalid.',
      async run(connection, signal) {
        const { version, health } = await read(connection, signal)
        return `version ${version}, ${health.state}`
      },
    },
    {
      name: 'connection',
      remedy: `Correct the entry of the server, then use "mcp servers restart ${name}".`,
      async run(connection, signal) {
        const { health } = await read(connection, signal)
        const { connection: status } = health
        if (status === undefined) return 'the server runs in the hub, or is one of its services'
        const text = connectionText(status)
        if (status.phase === 'failed') throw new McpError('unavailable', text)
        return text
      },
    },
    {
      name: 'login',
      remedy: `Use "mcp servers login ${name}", and open the address in a browser.`,
      async run(connection, signal) {
        const { health } = await read(connection, signal)
        if (health.connection?.phase !== 'awaiting-auth') return 'none is needed'
        throw new McpError('unauthenticated', `${health.reason ?? 'A login is needed'}.`)
      },
    },
    {
      name: 'tools',
      remedy: `Read "mcp servers changes ${name}", then "mcp servers approve ${name}".`,
      async run(connection, signal) {
        const { health, operations } = await read(connection, signal)
        const withheld = (health.connection?.changedTools ?? []).filter((each) => !each.isOffered)
        if (withheld.length === 0) return `${operations.length} operations are offered`
        const names = withheld.map(({ tool }) => tool).join(', ')
        throw new McpError('conflict', `Changed and not offered: ${names}.`)
      },
    },
  ]
}

/** Describes the last attempt to connect, its duration and its result. */
function connectionText({
  phase,
  since,
  reason,
  attempt,
  lastErrorLines,
}: ConnectionStatus): string {
  const tried =
    attempt === undefined
      ? 'no attempt yet; the first call connects'
      : `${attempt.transport}, ${attempt.durationMs} ms: ${attempt.outcome}`
  const parts = [`${phase} since ${since}`, tried]
  if (reason !== undefined && reason !== attempt?.outcome) parts.push(reason)
  if (lastErrorLines !== undefined) parts.push(`its last output: ${lastErrorLines.join(' | ')}`)
  return `${parts.join('; ')}.`
}
