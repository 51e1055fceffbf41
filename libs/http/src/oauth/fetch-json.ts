import { readBody } from '../body/read-body.ts'

export interface JsonFetchOptions {
  readonly fetch: typeof globalThis.fetch
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** A document, or the reason why the response does not contain one. */
export type JsonDocument =
  | { readonly isFound: true; readonly value: unknown }
  | { readonly isFound: false; readonly reason: string }

/**
 * Fetches a JSON document.
 *
 * @throws Error if the request fails, the status is 429 or at least 500, or the document is too large.
 */
export async function fetchJson(
  url: string,
  { fetch, maxBytes, signal }: JsonFetchOptions,
): Promise<JsonDocument> {
  // A redirect could leave HTTPS.
  const response = await fetch(url, {
    signal,
    redirect: 'error',
    headers: { accept: 'application/json' },
  })
  const { status } = response
  if (status !== 200) {
    await response.body?.cancel()
    const reason = `${url} returned status ${status}`
    if (status === 429 || status >= 500) throw new Error(reason)
    return { isFound: false, reason }
  }
  const bytes = await readBody(response, maxBytes)
  try {
    return { isFound: true, value: JSON.parse(new TextDecoder().decode(bytes)) }
  } catch {
    return { isFound: false, reason: `${url} returned invalid JSON` }
  }
}
