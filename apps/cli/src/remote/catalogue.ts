import { operationName } from '@mcp/direct-forms/light'
import type { OperationDescription, ServerListing } from '@mcp/protocol'
import { isRecord, McpError, parseJson } from '@mcp/protocol/light'

import type { Connection } from './connection.ts'
import { hubError, readErrorBody } from './connection.ts'
import { readState, stateName, writeState } from './state-folder.ts'

/** An operation and the server that has it. */
export interface CatalogueEntry extends OperationDescription {
  readonly server: string
  /** Name on the command line, such as `tools.calculator.add`. */
  readonly name: string
}

/**
 * Returns the servers of the hub. The description is kept in the state folder with its ETag, so that
 * the hub sends it only if it has changed.
 */
export async function readServers(
  connection: Connection,
  signal?: AbortSignal,
): Promise<readonly ServerListing[]> {
  const name = `servers-${stateName(connection.url, connection.token ?? '')}`
  const stored = readStored(name)
  const headers = stored === undefined ? {} : { 'if-none-match': stored.etag }
  const response = await connection.send('GET', '/servers', { headers, signal })
  const text = await response.text()
  if (response.status === 304 && stored !== undefined) return stored.servers
  if (response.status !== 200) {
    throw hubError(response.status, readErrorBody(text), new URL(connection.url))
  }
  const servers = serversOf(parseJson(text))
  const etag = response.header('etag')
  if (servers === undefined) {
    throw new McpError('upstream-error', 'The hub did not return a list of servers.')
  }
  // Without the file, the next command only takes longer.
  if (etag !== undefined) {
    ignoreFailure(() => writeState(name, `${etag}\n${JSON.stringify({ servers })}`))
  }
  return servers
}

/**
 * Reads the description that the last command received. It was checked then, so `JSON.parse` suffices,
 * which takes a tenth of the time. Returns undefined if the file is missing or damaged.
 */
function readStored(name: string): { etag: string; servers: readonly ServerListing[] } | undefined {
  const [etag = '', text = ''] = readState(name)?.split(/\n(.*)/s) ?? []
  try {
    const servers = serversOf(JSON.parse(text))
    return servers === undefined ? undefined : { etag, servers }
  } catch {
    return undefined
  }
}

/** Returns the operations of all servers, in the order of the catalogue. */
export function entriesOf(servers: readonly ServerListing[]): CatalogueEntry[] {
  return servers.flatMap(({ name: server, operations }) =>
    operations.map((operation) => ({
      ...operation,
      server,
      name: operationName({ ...operation, server }),
    })),
  )
}

function serversOf(body: unknown): readonly ServerListing[] | undefined {
  const servers = isRecord(body) ? body['servers'] : undefined
  return Array.isArray(servers) && servers.every(isServer) ? servers : undefined
}

function isServer(value: unknown): value is ServerListing {
  return isRecord(value) && typeof value['name'] === 'string' && Array.isArray(value['operations'])
}

function ignoreFailure(run: () => void): void {
  try {
    run()
  } catch {
    // Reported by `mcp doctor`.
  }
}
