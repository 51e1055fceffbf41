import { isRecord } from '@mcp/protocol'
import type { JSONWebKeySet } from 'jose'

import type { JsonFetchOptions } from './fetch-json.ts'
import { fetchJson } from './fetch-json.ts'
import { isSecureUrl, metadataUrls } from './issuer-url.ts'

/**
 * Fetches the public keys of an issuer: its metadata, then the key set that the metadata names.
 *
 * @throws Error if the keys cannot be fetched.
 */
export async function fetchKeySet(
  issuer: string,
  options: JsonFetchOptions,
): Promise<JSONWebKeySet> {
  const url = await findKeySetUrl(issuer, options)
  const document = await fetchJson(url, options)
  if (!document.isFound) throw new Error(document.reason)
  const { value } = document
  if (!isRecord(value) || !Array.isArray(value['keys']) || !value['keys'].every(isRecord)) {
    throw new Error(`${url} is not a JSON Web Key Set`)
  }
  return { keys: value['keys'] }
}

async function findKeySetUrl(issuer: string, options: JsonFetchOptions): Promise<string> {
  const reasons: string[] = []
  for (const url of metadataUrls(issuer)) {
    const document = await fetchJson(url, options)
    const found = document.isFound
      ? readKeySetUrl(document.value, issuer)
      : { reason: document.reason }
    if (typeof found === 'string') return found
    reasons.push(document.isFound ? `${url} ${found.reason}` : found.reason)
  }
  throw new Error(reasons.join('; '))
}

/** Returns the URL of the key set, or the reason why the metadata cannot be used. */
function readKeySetUrl(value: unknown, issuer: string): string | { readonly reason: string } {
  if (!isRecord(value)) return { reason: 'is not an object' }
  // RFC 8414, section 3.3: otherwise one issuer could present the keys of another.
  if (value['issuer'] !== issuer) {
    return { reason: `has the issuer ${JSON.stringify(value['issuer'])}, expected "${issuer}"` }
  }
  const url = value['jwks_uri']
  if (typeof url !== 'string' || !isSecureUrl(url)) return { reason: 'has no https "jwks_uri"' }
  return url
}
