import type { CatalogueOperation } from '@mcp/llm'
import type { MaybePromise, OperationDescription } from '@mcp/protocol'
import { isRecord, McpError, parseJson } from '@mcp/protocol'

import { pickHeaders, reach } from '../sessions/relay-events.ts'

export interface CatalogueCacheOptions {
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
}

/**
 * Creates a function that returns the operations of all servers. It keeps the last catalogue with its
 * ETag, because parsing takes about 20 ms. The session manager authenticates each caller before it
 * confirms the ETag.
 */
export function createCatalogueCache({ url, fetch }: CatalogueCacheOptions) {
  let known: { readonly etag: string; readonly operations: CatalogueOperation[] } | undefined

  return async (request: Request, signal: AbortSignal): Promise<readonly CatalogueOperation[]> => {
    const headers = pickHeaders(request.headers, ['authorization'])
    const before = known
    if (before !== undefined) headers.set('if-none-match', before.etag)
    const response = await reach(`${url}/servers`, { fetch, headers, signal })
    if (response.status === 304 && before !== undefined) return before.operations
    const operations = readOperations(parseJson(await response.text()))
    const etag = response.headers.get('etag')
    if (etag !== null) known = { etag, operations }
    return operations
  }
}

function readOperations(body: unknown): CatalogueOperation[] {
  const servers = isRecord(body) ? body['servers'] : undefined
  if (!Array.isArray(servers)) throw invalidCatalogue()
  return servers.filter(isRecord).flatMap(({ name, operations }) => {
    if (typeof name !== 'string' || !Array.isArray(operations)) throw invalidCatalogue()
    const server = { server: name }
    return operations.filter(isOperation).map((operation) => Object.assign(operation, server))
  })
}

// The session manager validates the descriptions.
const isOperation = (value: unknown): value is OperationDescription =>
  isRecord(value) && typeof value['operation'] === 'string'

function invalidCatalogue(): McpError {
  return new McpError('upstream-error', 'The session manager did not return a list of servers.')
}
