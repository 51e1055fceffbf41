const pattern = /^result:\/\/([^/?#]+)\/([^/?#]+)$/

/** Address of a large result: the server that stores it, and its `resultRef`. */
export interface ResultAddress {
  readonly server: string
  readonly ref: string
}

/** Returns the URI of a large result, such as `result://database/r-1`. */
export function resultUri(server: string, ref: string): string {
  return `result://${encodeURIComponent(server)}/${encodeURIComponent(ref)}`
}

/** Returns the address in the URI of a large result, or undefined if the URI is not one. */
export function parseResultUri(uri: string): ResultAddress | undefined {
  const [, server, ref] = pattern.exec(uri) ?? []
  if (server === undefined || ref === undefined) return undefined
  try {
    return { server: decodeURIComponent(server), ref: decodeURIComponent(ref) }
  } catch {
    // Invalid percent-encoding.
    return undefined
  }
}
