import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters } from 'jose'

import { fetchKeySet } from './fetch-key-set.ts'

export interface IssuerKeysOptions {
  readonly issuer: string
  readonly fetch: typeof globalThis.fetch
  readonly timeoutMs: number
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/**
 * Returns the key of an issuer that verifies a token.
 *
 * @throws McpError `unavailable` if the keys cannot be fetched, or an error of `jose` if no key matches.
 */
export type FindKey = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>

/** Age at which keys are fetched again. They remain in use meanwhile. */
const refreshAfterMs = 600_000
/** Age at which keys are no longer used, because the issuer may have revoked them. */
const maxAgeMs = 3_600_000
/** Minimum time between two refetches, because any caller can send a token with an unknown key id. */
const minRefetchMs = 60_000
const retryAfterMs = 1000
const maxBytes = 256 * 1024

interface KeySet {
  readonly find: FindKey
  readonly fetchedAt: number
}

/** Creates the cache of an issuer's keys. The first token fetches them. */
export function createIssuerKeys(options: IssuerKeysOptions): FindKey {
  const { clock } = options
  let current: KeySet | undefined
  let pending: Promise<KeySet> | undefined
  let failure: { readonly error: McpError; readonly until: number } | undefined
  let refetchedAt = -Infinity

  async function load(): Promise<KeySet> {
    const signal = AbortSignal.timeout(options.timeoutMs)
    try {
      const { issuer, fetch } = options
      const keys = await fetchKeySet(issuer, { fetch, maxBytes, signal })
      const { createLocalJWKSet } = await import('jose')
      if (current !== undefined) refetchedAt = clock.now()
      current = { find: createLocalJWKSet(keys), fetchedAt: clock.now() }
      failure = undefined
      return current
    } catch (cause) {
      const error = keysUnavailable(options, signal, cause)
      // Only the first of consecutive failures is reported.
      if (failure === undefined) options.onError(error)
      failure = { error, until: clock.now() + retryAfterMs }
      throw error
    } finally {
      pending = undefined
    }
  }

  function refetch(): Promise<KeySet> {
    if (pending !== undefined) return pending
    if (failure !== undefined && clock.now() < failure.until) return Promise.reject(failure.error)
    pending = load()
    return pending
  }

  async function usableKeys(): Promise<KeySet> {
    const ageMs = current === undefined ? Infinity : clock.now() - current.fetchedAt
    if (current === undefined || ageMs >= maxAgeMs) return refetch()
    // A failure is reported by `load`, and the keys remain in use.
    if (ageMs >= refreshAfterMs) refetch().catch(() => {})
    return current
  }

  return async (header, token) => {
    const keys = await usableKeys()
    try {
      return await keys.find(header, token)
    } catch (thrown) {
      if (!isUnknownKey(thrown) || clock.now() - refetchedAt < minRefetchMs) throw thrown
      // The issuer may have a new key.
      const { find } = await refetch()
      return find(header, token)
    }
  }
}

function isUnknownKey(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_JWKS_NO_MATCHING_KEY'
}

function keysUnavailable(
  { issuer, timeoutMs }: IssuerKeysOptions,
  signal: AbortSignal,
  cause: unknown,
): McpError {
  const reason = signal.aborted ? `no complete response within ${timeoutMs} ms` : reasonOf(cause)
  return new McpError(
    'unavailable',
    `Cannot fetch the keys of the issuer ${issuer}: ${reason}. Retry later.`,
    { details: { reason: 'issuer-unavailable', retryAfterMs }, cause },
  )
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown error'
  // The message of `fetch` is "fetch failed"; its cause has the reason.
  const { message } = cause.cause instanceof Error ? cause.cause : cause
  return message.replace(/\.$/, '')
}
