/** Derives a key from a secret. Keys for different purposes differ. */
export function importDigestKey(purpose: string, secret: string): Promise<CryptoKey> {
  const data = new TextEncoder().encode(`${purpose}:${secret}`)
  return crypto.subtle.importKey('raw', data, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

/** Returns the first `length` bytes of the HMAC of a text, as hexadecimal digits. */
export async function keyedDigest(key: CryptoKey, text: string, length: number): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))
  const bytes = new Uint8Array(mac).subarray(0, length)
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
