/** Creates a strong ETag from the bytes of a body. The digest is computed in the thread pool. */
export async function createEtag(body: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', body)
  return `"${Buffer.from(digest).toString('base64url').slice(0, 22)}"`
}

/** Returns the weak form of an ETag, for content that is equal but has other bytes. */
export function weaken(etag: string): string {
  return etag.startsWith('W/') ? etag : `W/${etag}`
}

/** Whether the header `If-None-Match` contains an ETag, by the weak comparison of RFC 9110. */
export function isKnownVersion(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  const opaque = weaken(etag)
  return header.trim() === '*' || header.split(',').some((tag) => weaken(tag.trim()) === opaque)
}
