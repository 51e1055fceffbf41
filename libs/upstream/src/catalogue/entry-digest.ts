import type { UpstreamEntry } from '../entry/upstream-entry.ts'

/**
 * Returns the digest of an entry without its name and its key `hub`. The digest is a hash, because environment
 * variables and headers contain secrets.
 */
export async function entryDigest(entry: UpstreamEntry): Promise<string> {
  const { name: _name, hub: _hub, ...connection } = entry
  return sha256(JSON.stringify(connection))
}

/** Returns the SHA-256 of a text in hexadecimal. */
export async function sha256(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
