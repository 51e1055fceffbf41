import { isRecord, McpError } from '@mcp/protocol'

import { isContextLength } from './context-length.ts'
import { errorCodes, errorMessage, errorStatus } from './error-message.ts'

/** Details of a failed call, from which its error is created. */
export interface ErrorContext {
  readonly host: string
  readonly model: string
  readonly key: string | undefined
  /** Current time, in milliseconds since the epoch. */
  readonly now: number
}

/** An error that the provider reports: as an HTTP response, as an event of a stream, or as a choice. */
export interface ReportedError {
  /** Status of the HTTP response, or undefined if the error is part of a successful response. */
  readonly status?: number | undefined
  readonly headers?: Headers | undefined
  /** Parsed JSON, or text. */
  readonly body: unknown
  /** Whether part of the response was received before. */
  readonly isInterrupted?: boolean | undefined
}

const maxMessageLength = 500

/** Creates the error for an error that the provider reports. */
export function reportedError(reported: ReportedError, context: ErrorContext): McpError {
  const { body, isInterrupted = false } = reported
  const status = reported.status ?? errorStatus(body)
  const message = errorMessage(body) ?? 'no error message'
  const [code] = errorCodes(body)
  const named = code === undefined || message.includes(code) ? message : `${message} (${code})`
  const text = redact(named, context.key)
  const provider = `The language model provider at ${context.host}`

  // A rate limit in tokens per minute has similar messages, but the same request succeeds later.
  const classified = `${text} ${errorCodes(body).join(' ')}`
  if (status === 413 || (status !== 429 && isContextLength(classified))) {
    const tooLong = `The conversation is too long for the model "${context.model}": ${text}`
    return new McpError('invalid-params', tooLong, { details: { reason: 'context-length' } })
  }
  if (status === undefined) {
    return new McpError(
      'upstream-error',
      isInterrupted
        ? `Response of the language model provider at ${context.host} interrupted: ${text}`
        : `${provider} reported an error: ${text}`,
      { details: { reason: isInterrupted ? 'stream-broken' : 'provider-failed' }, retryable: true },
    )
  }
  return statusError({ status, text, headers: reported.headers }, provider, context)
}

interface StatusError {
  readonly status: number
  readonly text: string
  readonly headers: Headers | undefined
}

function statusError(
  { status, text, headers }: StatusError,
  provider: string,
  { model, now }: ErrorContext,
): McpError {
  if (status === 401 || status === 403) {
    return new McpError('upstream-error', `${provider} refused the key (HTTP ${status}): ${text}`, {
      details: { reason: 'provider-auth' },
      retryable: false,
    })
  }
  if (status === 404) {
    const missing = model === '' ? 'no list of models' : `no model "${model}"`
    const message = `${provider} has ${missing}, or its address is wrong (HTTP 404): ${text}`
    return new McpError('not-found', message, { details: { reason: 'model-not-found' } })
  }
  const retryAfterMs = headers && readRetryAfter(headers, now)
  const details = retryAfterMs === undefined ? {} : { retryAfterMs }
  if (status === 402 || (status === 429 && isQuota(text))) {
    return new McpError('rate-limited', `${provider} reports an exhausted quota: ${text}`, {
      details: { ...details, reason: 'quota' },
      retryable: false,
    })
  }
  if (status === 429) {
    const message = `${provider} limits the rate of requests: ${text}`
    return new McpError('rate-limited', message, { details, retryable: true })
  }
  // Anthropic reports an overload with 529.
  if (status === 503 || status === 529) {
    return new McpError('unavailable', `${provider} is unavailable: ${text}`, { details })
  }
  if (status === 408 || status === 504) {
    const message = `${provider} timed out (HTTP ${status}): ${text}`
    return new McpError('timeout', message, { retryable: true })
  }
  return new McpError('upstream-error', `${provider} responded with HTTP ${status}: ${text}`, {
    details: { reason: status < 500 ? 'provider-refused' : 'provider-failed', status },
    retryable: status >= 500,
  })
}

const isQuota = (text: string): boolean =>
  /insufficient[_ ](?:quota|balance|credits)|exceeded your current quota/i.test(text)

/** Creates the error for a request without a response. Returns a thrown `McpError` unchanged. */
export function unreachableError(thrown: unknown, { host, key }: ErrorContext): McpError {
  if (McpError.is(thrown)) return thrown
  const text = redact(connectionMessage(thrown), key)
  return new McpError('unavailable', `Cannot reach the language model provider at ${host}: ${text}`)
}

/** Creates the error for a response whose connection broke. Returns a thrown `McpError` unchanged. */
export function interruptedError(thrown: unknown, { host, key }: ErrorContext): McpError {
  if (McpError.is(thrown)) return thrown
  const text = redact(connectionMessage(thrown), key)
  return new McpError(
    'upstream-error',
    `Response of the language model provider at ${host} interrupted: ${text}`,
    { details: { reason: 'stream-broken' }, retryable: true },
  )
}

// The message of `fetch` is only "fetch failed". Its cause states the reason.
function connectionMessage(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  if (cause instanceof Error && cause.message !== '') return cause.message
  if (isRecord(cause) && typeof cause['code'] === 'string') return cause['code']
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Creates the error for a response that is not a completion. */
export function invalidResponse(problem: string, { host, key }: ErrorContext): McpError {
  const text = redact(problem, key)
  return new McpError(
    'upstream-error',
    `Invalid response of the language model provider at ${host}: ${text}`,
    { details: { reason: 'invalid-answer' } },
  )
}

/** Creates the error for a response that exceeds a limit. */
export function tooLarge(what: string, maxLength: number, { host }: ErrorContext): McpError {
  return new McpError(
    'upstream-error',
    `${what} of the language model provider at ${host} exceeds ${maxLength} characters.`,
    { details: { reason: 'answer-too-long', max: maxLength }, retryable: false },
  )
}

/** Removes the key. Providers also quote its first and last characters, such as `sk-a****wxyz`. */
function redact(text: string, key: string | undefined): string {
  // The time of the search for asterisks grows with the square of the length.
  const start = text.slice(0, 8 * maxMessageLength)
  const whole = key === undefined || key === '' ? start : start.replaceAll(key, '[key]')
  return whole
    .replaceAll(/\S*\*{3,}\S*/g, '[key]')
    .replaceAll(/\bsk-[\w*-]+|\bkey-[\w*-]{6,}/gi, '[key]')
    .slice(0, maxMessageLength)
}

function readRetryAfter(headers: Headers, now: number): number | undefined {
  const ms = headers.get('retry-after-ms')
  if (ms !== null && /^\d+(\.\d+)?$/.test(ms)) return Math.ceil(Number(ms))
  const value = headers.get('retry-after')
  if (value === null) return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000)
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
