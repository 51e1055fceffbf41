import { McpError, parseJson } from '@mcp/protocol'
import type * as z from 'zod'

import type { GuardedFetch, GuardedRequest, GuardedResponse } from './search-provider.ts'

export interface ProviderRequest<Schema extends z.ZodType> {
  /** Display name of the provider. */
  readonly name: string
  readonly url: URL
  readonly request: GuardedRequest
  readonly fetch: GuardedFetch
  /** Schema of a successful response. */
  readonly schema: Schema
  /**
   * Returns the error of a response, for providers that use a status in their own way. If it returns
   * undefined, the status determines the error.
   */
  readonly refusal?: ((response: GuardedResponse) => McpError | undefined) | undefined
  /** Returns the retry delay in milliseconds, for providers that do not use `Retry-After`. */
  readonly retryAfterMs?: ((headers: Headers) => number | undefined) | undefined
}

/** Sends a request to a search provider and returns the validated response. */
export async function requestProvider<Schema extends z.ZodType>(
  options: ProviderRequest<Schema>,
): Promise<z.output<Schema>> {
  const { name, url, request, fetch, schema, refusal } = options
  const response = await fetch(url.href, request)
  const refused = refusal?.(response) ?? failureOf(response, options)
  if (refused !== undefined) throw refused
  const parsed = schema.safeParse(readBody(response))
  if (parsed.success) return parsed.data
  throw invalidResponse(name, parsed.error)
}

/** Creates the error for a rejected key. Omits the provider's message, because it may quote the key. */
export function keyRefused(name: string, status: number): McpError {
  return new McpError(
    'upstream-error',
    `${name} rejected the API key (HTTP ${status}). Check the key.`,
    {
      retryable: false,
      details: { reason: 'provider-auth' },
    },
  )
}

export function rateLimited(name: string, retryAfterMs: number | undefined): McpError {
  return new McpError('rate-limited', `The rate limit of ${name} is exceeded.`, {
    details: {
      reason: 'provider-rate-limit',
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  })
}

/** Parses the body of a response. Returns undefined if it is not JSON. */
export function readBody(response: GuardedResponse): unknown {
  try {
    return parseJson(new TextDecoder().decode(response.bytes), { maxValues: 50_000 })
  } catch {
    return undefined
  }
}

function failureOf(
  { status, headers }: GuardedResponse,
  { name, retryAfterMs }: Pick<ProviderRequest<z.ZodType>, 'name' | 'retryAfterMs'>,
): McpError | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status === 401 || status === 403) return keyRefused(name, status)
  if (status === 429) return rateLimited(name, retryAfterMs?.(headers) ?? readRetryAfter(headers))
  if (status === 400 || status === 414 || status === 422) {
    return new McpError(
      'invalid-params',
      `${name} rejected the query (HTTP ${status}). Try a shorter or simpler query.`,
      { details: { reason: 'query-refused' } },
    )
  }
  return new McpError('upstream-error', `${name} failed (HTTP ${status}).`, {
    retryable: status >= 500,
    details: { reason: 'provider-failed', status },
  })
}

function invalidResponse(name: string, cause: unknown): McpError {
  return new McpError('upstream-error', `${name} returned an unexpected response.`, {
    retryable: false,
    details: { reason: 'provider-answer' },
    cause,
  })
}

/**
 * Returns the delay of `Retry-After` in milliseconds. The header contains seconds or a date. A date is
 * compared with the `Date` header, because the provider's clock may differ from the local one.
 */
function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000
  const until = Date.parse(value) - Date.parse(headers.get('date') ?? '')
  return Number.isNaN(until) ? undefined : Math.max(0, until)
}
