import type { RawResponse, RequestHead } from '@mcp/http'
import type { ServerDescription } from '@mcp/protocol'

/** A JSON document about the servers. Each version of it is encoded once. */
export interface CatalogueDocument<Server extends ServerDescription> {
  /** Responds with the document, or with 304 if the caller has this version. */
  respond(servers: readonly Server[], request: Pick<RequestHead, 'header'>): RawResponse
}

export interface CatalogueDocumentOptions<Server extends ServerDescription> {
  readonly encode: (servers: readonly Server[]) => unknown
  /** Returns the parts of a listing on which the document depends. They are compared by identity. */
  readonly partsOf: (server: Server) => readonly unknown[]
}

/**
 * Creates a document. It is encoded again only if its parts have changed, because encoding a large
 * catalogue takes about 20 ms, during which no other request runs.
 */
export function createCatalogueDocument<Server extends ServerDescription>(
  options: CatalogueDocumentOptions<Server>,
): CatalogueDocument<Server> {
  const { encode, partsOf } = options
  // The ETag contains a random id, so that it differs from those of other processes and of earlier runs.
  const instance = crypto.randomUUID().slice(0, 8)
  let version = 0
  let parts: readonly unknown[] = []
  let body = ''

  return {
    respond(servers, request) {
      const current = servers.flatMap(partsOf)
      if (version === 0 || !isSame(parts, current)) {
        body = JSON.stringify(encode(servers))
        parts = current
        version++
      }
      const etag = `"${instance}-${version}"`
      const headers = { etag, 'cache-control': 'no-cache' }
      return isMatch(request.header('if-none-match'), etag)
        ? { status: 304, headers, body: '' }
        : {
            status: 200,
            headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
            body,
          }
    },
  }
}

function isSame(previous: readonly unknown[], current: readonly unknown[]): boolean {
  return (
    previous.length === current.length && previous.every((part, index) => part === current[index])
  )
}

/** Returns whether `If-None-Match` contains an ETag. A proxy that compresses responses prepends `W/`. */
function isMatch(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false
}
