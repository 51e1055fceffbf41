import type { RawResponse, RequestHead } from '@mcp/http'
import type { ServerDescription } from '@mcp/protocol'

/** A JSON document about the servers. Each recent version of it is encoded once. */
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
  let count = 0
  // Callers with different rights receive different documents. The most recently used one is at the end.
  const versions: Version[] = []

  function versionOf(servers: readonly Server[]): Version {
    const parts = servers.flatMap(partsOf)
    const index = versions.findIndex((known) => isSame(known.parts, parts))
    const [known] = index === -1 ? [] : versions.splice(index, 1)
    const version = known ?? {
      parts,
      body: JSON.stringify(encode(servers)),
      etag: `"${instance}-${++count}"`,
    }
    versions.push(version)
    if (versions.length > maxVersions) versions.shift()
    return version
  }

  return {
    respond(servers, request) {
      const { etag, body } = versionOf(servers)
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

interface Version {
  readonly parts: readonly unknown[]
  readonly body: string
  readonly etag: string
}

// A document of all built-in servers has about 400 kB.
const maxVersions = 8

function isSame(previous: readonly unknown[], current: readonly unknown[]): boolean {
  return (
    previous.length === current.length && previous.every((part, index) => part === current[index])
  )
}

/** Returns whether `If-None-Match` contains an ETag. A proxy that compresses responses prepends `W/`. */
function isMatch(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false
}
