import type { CatalogueOperation } from '@mcp/llm'
import type { MaybePromise, OperationDescription } from '@mcp/protocol'
import { isRecord, McpError, parseJson } from '@mcp/protocol'

import { pickHeaders, requestSessionManager } from '../sessions/request-session-manager.ts'

export interface CatalogueCacheOptions {
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
}

/**
 * Creates a function that returns the operations of all servers that a caller may use. It keeps the last
 * catalogues with their ETags, because parsing takes about 20 ms. The session manager authenticates each
 * caller before it confirms an ETag, and confirms only the ETag of the operations that this caller may use.
 */
export function createCatalogueCache({ url, fetch }: CatalogueCacheOptions) {
  const known = new Map<string, CatalogueOperation[]>()

  return async (request: Request, signal: AbortSignal): Promise<readonly CatalogueOperation[]> => {
    const headers = pickHeaders(request.headers, ['authorization'])
    // A concurrent request may evict a catalogue before the response confirms it.
    const offered = new Map(known)
    if (offered.size > 0) headers.set('if-none-match', [...offered.keys()].join(', '))
    const response = await requestSessionManager(`${url}/servers`, { fetch, headers, signal })
    // A compressed response has a weak ETag (`W/`), but the 304 response for the same content has a strong one.
    const etag = response.headers.get('etag')?.replace(/^W\//, '')
    const before = etag === undefined ? undefined : offered.get(etag)
    if (response.status === 304 && before !== undefined) return before
    const operations = readOperations(parseJson(await response.text()))
    if (etag !== undefined) {
      known.set(etag, operations)
      const [oldest] = known.keys()
      if (known.size > maxCatalogues && oldest !== undefined) known.delete(oldest)
    }
    return operations
  }
}

const maxCatalogues = 8

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
