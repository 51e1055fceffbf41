/** Converts the URIs of an upstream server to those that clients see, and back. */
export interface Uris {
  /** Returns the URI for clients. A relative reference is returned unchanged. */
  toClient(uri: string): string
  /** Returns the URI of the upstream server, or undefined if it is not one of this server. */
  toServer(uri: string): string | undefined
}

/**
 * Creates the conversion for one server. `file:///a` of the server `notes` is `notes+file:///a`, so the
 * scheme remains one scheme and the rest is unchanged. `ui://app/a` is `ui://notes/app/a`, because the
 * hosts of MCP Apps accept only the scheme `ui`.
 *
 * @example
 * createUris('notes').toClient('file:///a') // 'notes+file:///a'
 */
export function createUris(serverName: string): Uris {
  const { scheme, ui } = uriPrefixes(serverName)
  return {
    toClient(uri) {
      if (uri.startsWith('ui://')) return `${ui}${uri.slice('ui://'.length)}`
      return /^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri) ? `${scheme}${uri}` : uri
    },
    toServer(uri) {
      if (uri.startsWith(ui)) return `ui://${uri.slice(ui.length)}`
      return uri.startsWith(scheme) ? uri.slice(scheme.length) : undefined
    },
  }
}

/** Returns each URI unchanged, for a server whose URIs have no prefix. */
export const unchangedUris: Uris = { toClient: (uri) => uri, toServer: (uri) => uri }

/** Returns the prefixes of the URIs of a server: for all schemes, and for the scheme `ui`. */
export function uriPrefixes(serverName: string): { readonly scheme: string; readonly ui: string } {
  // A scheme cannot contain an underscore, and must start with a letter.
  const clean = serverName.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-')
  const scheme = /^[a-z]/.test(clean) ? clean : `x-${clean}`
  return { scheme: `${scheme}+`, ui: `ui://${serverName.toLowerCase()}/` }
}
