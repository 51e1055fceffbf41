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
  const [etag = '', cached = ''] = readState(name)?.split(/\n(.*)/s) ?? []
  const headers = cached === '' ? {} : { 'if-none-match': etag }
  const response = await connection.send('GET', '/servers', { headers, signal })
  const text = await response.text()
  if (response.status === 304) return serversOf(cached)
  if (response.status !== 200) {
    throw hubError(response.status, readErrorBody(text), new URL(connection.url))
  }
  const servers = serversOf(text)
  const current = response.header('etag')
  // Without the file, the next command only takes longer.
  if (current !== undefined) ignoreFailure(() => writeState(name, `${current}\n${text}`))
  return servers
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

function serversOf(text: string): readonly ServerListing[] {
  const body = parseJson(text)
  const servers = isRecord(body) ? body['servers'] : undefined
  if (Array.isArray(servers) && servers.every(isServer)) return servers
  throw new McpError('upstream-error', 'The hub did not return a list of servers.')
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
