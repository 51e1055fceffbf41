import { isRecord, McpError } from '@mcp/protocol'

/** Details of a failed call, from which its error is created. */
export interface ErrorContext {
  readonly host: string
  readonly model: string
  readonly key: string | undefined
  /** Current time, in milliseconds since the epoch. */
  readonly now: number
}

interface Failure {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  /** Message of the provider. It is truncated, and the key is removed from it. */
  readonly text: string
}

/**
 * Converts an error of the SDK to an `McpError`. The class of these errors is private to the SDK, so
 * they are recognized by their properties. They contain the whole prompt, so they are not used as
 * `cause`.
 */
export function toProviderError(thrown: unknown, context: ErrorContext): McpError {
  if (McpError.is(thrown)) return thrown
  const failure = readFailure(thrown, context.key)
  const cause = new Error(failure.text)
  if (failure.status === undefined || failure.status < 400) return invalidResponse(failure, context)

  const { status, text } = failure
  const provider = `The language model provider at ${context.host}`
  if (status === 401 || status === 403) {
    // The message of the provider is omitted, because it may quote parts of the key.
    return new McpError('upstream-error', `${provider} refused the key (HTTP ${status}).`, {
      details: { reason: 'provider-auth' },
      retryable: false,
    })
  }
  if (isContextLength(text)) return contextLengthError(text, context, cause)
  if (status === 404) {
    const missing = context.model === '' ? 'no list of models' : `no model "${context.model}"`
    const message = `${provider} has ${missing}, or its address is wrong (HTTP 404): ${text}`
    return new McpError('not-found', message, { details: { reason: 'model-not-found' }, cause })
  }
  if (status === 429 || status === 503) {
    const retryAfterMs = readRetryAfter(failure.headers, context.now)
    const details = retryAfterMs === undefined ? {} : { retryAfterMs }
    const isSpent = /insufficient_quota|exceeded your current quota/i.test(text)
    return status === 429
      ? new McpError('rate-limited', `${provider} limits the rate of requests: ${text}`, {
          details: isSpent ? { ...details, reason: 'quota' } : details,
          retryable: !isSpent,
          cause,
        })
      : new McpError('unavailable', `${provider} is unavailable: ${text}`, { details, cause })
  }
  if (status === 408 || status === 504) {
    const message = `${provider} timed out (HTTP ${status}).`
    return new McpError('timeout', message, { retryable: true, cause })
  }
  return new McpError('upstream-error', `${provider} responded with HTTP ${status}: ${text}`, {
    details: { reason: status < 500 ? 'provider-refused' : 'provider-failed', status },
    retryable: status >= 500,
    cause,
  })
}

function invalidResponse({ status, text }: Failure, { host }: ErrorContext): McpError {
  const cause = new Error(text)
  if (status === undefined && /cannot connect|fetch failed|failed to fetch/i.test(text)) {
    const message = `Cannot reach the language model provider at ${host}: ${text}`
    return new McpError('unavailable', message, { cause })
  }
  const message = `Invalid response of the language model provider at ${host}: ${text}`
  return new McpError('upstream-error', message, { details: { reason: 'invalid-answer' }, cause })
}

/** Returns the error of a stream that ended before the response was complete. */
export function toStreamError(thrown: unknown, context: ErrorContext): McpError {
  if (McpError.is(thrown)) return thrown
  const { text } = readFailure(thrown, context.key)
  const cause = new Error(text)
  if (isContextLength(text)) return contextLengthError(text, context, cause)
  const message = `Response of the language model provider at ${context.host} interrupted: ${text}`
  return new McpError('upstream-error', message, {
    details: { reason: 'stream-broken' },
    retryable: true,
    cause,
  })
}

function isContextLength(text: string): boolean {
  return /context[_ ](?:length|window|size)|maximum context|prompt is too long|too many tokens/i.test(
    text,
  )
}

function contextLengthError(text: string, { model }: ErrorContext, cause: Error): McpError {
  const message = `The conversation is too long for the model "${model}": ${text}`
  return new McpError('invalid-params', message, { details: { reason: 'context-length' }, cause })
}

function readFailure(thrown: unknown, key: string | undefined): Failure {
  const fields = isRecord(thrown) ? thrown : {}
  const { statusCode, responseHeaders, data } = fields
  const inner = isRecord(data) && isRecord(data['error']) ? data['error'] : fields
  const message = typeof inner['message'] === 'string' ? inner['message'] : String(thrown)
  const code = typeof inner['code'] === 'string' ? ` (${inner['code']})` : ''
  return {
    status: typeof statusCode === 'number' ? statusCode : undefined,
    headers: isRecord(responseHeaders) ? responseHeaders : {},
    text: redact(`${message}${code}`, key).slice(0, 500),
  }
}

function redact(text: string, key: string | undefined): string {
  const named = text.replaceAll(/\b(?:sk|key)-[\w*-]{6,}/gi, '[key]')
  return key === undefined || key === '' ? named : named.replaceAll(key, '[key]')
}

function readRetryAfter(headers: Readonly<Record<string, unknown>>, now: number) {
  const { 'retry-after-ms': ms, 'retry-after': value } = headers
  if (typeof ms === 'string' && /^\d+$/.test(ms)) return Number(ms)
  if (typeof value !== 'string') return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000)
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
