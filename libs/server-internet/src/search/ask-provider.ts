import { McpError, parseJson } from '@mcp/protocol'
import type * as z from 'zod'

import type { GuardedFetch, GuardedRequest, GuardedResponse } from './search-provider.ts'

export interface ProviderQuestion<Schema extends z.ZodType> {
  /** The provider's name as people know it. */
  readonly name: string
  readonly url: URL
  readonly request: GuardedRequest
  readonly fetch: GuardedFetch
  /** What a good answer looks like. */
  readonly schema: Schema
  /** What an answer means that the status does not tell; nothing where the status says it all. */
  readonly refusal?: ((response: GuardedResponse) => McpError | undefined) | undefined
  /** When to ask again, in milliseconds, where the provider says so elsewhere than in `Retry-After`. */
  readonly retryAfterMs?: ((headers: Headers) => number | undefined) | undefined
}

/** Asks a search provider, and reads its answer or what it refused for. */
export async function askProvider<Schema extends z.ZodType>(
  question: ProviderQuestion<Schema>,
): Promise<z.output<Schema>> {
  const { name, url, request, fetch, schema, refusal } = question
  const response = await fetch(url.href, request)
  const refused = refusal?.(response) ?? failureOf(response, question)
  if (refused !== undefined) throw refused
  const parsed = schema.safeParse(readBody(response))
  if (parsed.success) return parsed.data
  throw nonsense(name, parsed.error)
}

/** The key was not accepted. What the provider says is left out: providers quote parts of the key. */
export function keyRefused(name: string, status: number): McpError {
  return new McpError('upstream-error', `${name} refused the key (HTTP ${status}). Check it.`, {
    retryable: false,
    details: { reason: 'provider-auth' },
  })
}

export function rateLimited(name: string, retryAfterMs: number | undefined): McpError {
  return new McpError('rate-limited', `${name} is asked too often.`, {
    details: {
      reason: 'provider-rate-limit',
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  })
}

/** The value of an answer's body, or nothing when it is not JSON. */
export function readBody(response: GuardedResponse): unknown {
  try {
    return parseJson(new TextDecoder().decode(response.bytes))
  } catch {
    return undefined
  }
}

function failureOf(
  { status, headers }: GuardedResponse,
  { name, retryAfterMs }: Pick<ProviderQuestion<z.ZodType>, 'name' | 'retryAfterMs'>,
): McpError | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status === 401 || status === 403) return keyRefused(name, status)
  if (status === 429) return rateLimited(name, retryAfterMs?.(headers) ?? readRetryAfter(headers))
  if (status === 400 || status === 414 || status === 422) {
    return new McpError(
      'invalid-params',
      `${name} does not take this query (HTTP ${status}). A shorter or simpler one may do.`,
      { details: { reason: 'query-refused' } },
    )
  }
  return new McpError('upstream-error', `${name} failed (HTTP ${status}).`, {
    retryable: status >= 500,
    details: { reason: 'provider-failed', status },
  })
}

function nonsense(name: string, cause: unknown): McpError {
  return new McpError('upstream-error', `${name} answered with something else than results.`, {
    retryable: false,
    details: { reason: 'provider-answer' },
    cause,
  })
}

/** Seconds, or a date, which is compared with the provider's own clock. */
function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000
  const until = Date.parse(value) - Date.parse(headers.get('date') ?? '')
  return Number.isNaN(until) ? undefined : Math.max(0, until)
}
