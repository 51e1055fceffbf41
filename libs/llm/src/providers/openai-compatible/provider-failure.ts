import { isRecord, McpError } from '@mcp/protocol'

/** What a failure is told with. */
export interface FailureContext {
  readonly host: string
  readonly model: string
  readonly key: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

interface Failure {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  /** What the provider says, without the key and not too long. */
  readonly says: string
}

/**
 * The error for a call that a provider did not answer properly.
 * The SDK's errors are read by shape: their class is private to it, and carries the whole prompt,
 * which is why it does not become the `cause` either.
 */
export function toProviderError(thrown: unknown, context: FailureContext): McpError {
  if (McpError.is(thrown)) return thrown
  const failure = readFailure(thrown, context.key)
  const cause = new Error(failure.says)
  if (failure.status === undefined || failure.status < 400) return brokenAnswer(thrown, context)

  const { status, says } = failure
  const who = `The language model's provider at ${context.host}`
  if (status === 401 || status === 403) {
    // Its text is left out: providers quote parts of the key they refuse.
    return new McpError('upstream-error', `${who} refused the key (HTTP ${status}). Check it.`, {
      details: { reason: 'provider-auth' },
      retryable: false,
    })
  }
  if (isContextLength(says)) {
    const message = `The conversation is too long for the model "${context.model}": ${says}`
    return new McpError('invalid-params', message, { details: { reason: 'context-length' }, cause })
  }
  if (status === 404) {
    const what = context.model === '' ? 'no list of models' : `no model "${context.model}"`
    const message = `${who} has ${what}, or its address is wrong (HTTP 404): ${says}`
    return new McpError('not-found', message, { details: { reason: 'model-not-found' }, cause })
  }
  if (status === 429 || status === 503) {
    const retryAfterMs = readRetryAfter(failure.headers, context.now)
    const details = retryAfterMs === undefined ? {} : { retryAfterMs }
    const isSpent = /insufficient_quota|exceeded your current quota/i.test(says)
    return status === 429
      ? new McpError('rate-limited', `${who} takes no more requests for now: ${says}`, {
          details: isSpent ? { ...details, reason: 'quota' } : details,
          retryable: !isSpent,
          cause,
        })
      : new McpError('unavailable', `${who} is not available: ${says}`, { details, cause })
  }
  if (status === 408 || status === 504) {
    const message = `${who} gave up waiting (HTTP ${status}).`
    return new McpError('timeout', message, { retryable: true, cause })
  }
  return new McpError('upstream-error', `${who} answered HTTP ${status}: ${says}`, {
    details: { reason: status < 500 ? 'provider-refused' : 'provider-failed', status },
    retryable: status >= 500,
    cause,
  })
}

function brokenAnswer(thrown: unknown, { host, key }: FailureContext): McpError {
  const { says, status } = readFailure(thrown, key)
  const cause = new Error(says)
  if (status === undefined && /cannot connect|fetch failed|failed to fetch/i.test(says)) {
    const message = `The language model's provider at ${host} cannot be reached: ${says}`
    return new McpError('unavailable', message, { cause })
  }
  const message = `The language model's provider at ${host} gave an answer that cannot be read: ${says}`
  return new McpError('upstream-error', message, { details: { reason: 'invalid-answer' }, cause })
}

/** The error for a stream that ended before the answer did. */
export function brokenStream(thrown: unknown, context: FailureContext): McpError {
  if (McpError.is(thrown)) return thrown
  const { says } = readFailure(thrown, context.key)
  if (isContextLength(says)) {
    const message = `The conversation is too long for the model "${context.model}": ${says}`
    return new McpError('invalid-params', message, { details: { reason: 'context-length' } })
  }
  const message = `The answer of the language model's provider at ${context.host} broke off: ${says}`
  return new McpError('upstream-error', message, {
    details: { reason: 'stream-broken' },
    retryable: true,
    cause: new Error(says),
  })
}

function isContextLength(says: string): boolean {
  return /context[_ ](?:length|window|size)|maximum context|prompt is too long|too many tokens/i.test(
    says,
  )
}

function readFailure(thrown: unknown, key: string | undefined): Failure {
  const fields = isRecord(thrown) ? thrown : {}
  const { statusCode, responseHeaders, data } = fields
  const inner = isRecord(data) && isRecord(data['error']) ? data['error'] : fields
  const text = typeof inner['message'] === 'string' ? inner['message'] : String(thrown)
  const code = typeof inner['code'] === 'string' ? ` (${inner['code']})` : ''
  return {
    status: typeof statusCode === 'number' ? statusCode : undefined,
    headers: isRecord(responseHeaders) ? responseHeaders : {},
    says: redact(`${text}${code}`, key).slice(0, 500),
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
