import { isRecord } from '@mcp/protocol'

import { tryParseJson } from './parse-json.ts'

const maxDepth = 6
const maxCodeLength = 100

/**
 * Returns the message of an error body, or undefined if it has none. Providers use many shapes:
 * `{ error: { message } }`, `{ error: "text" }`, `{ message }`, `{ detail: [{ loc, msg }] }`, an array of
 * any of these, and JSON within a string.
 */
export function errorMessage(body: unknown, depth = 0): string | undefined {
  if (depth > maxDepth) return undefined
  if (typeof body === 'string') return textMessage(body.trim(), depth)
  if (Array.isArray(body))
    return joined(body.slice(0, 5).map((item) => errorMessage(item, depth + 1)))
  if (!isRecord(body)) return undefined
  const field = messageFields.find((name) => isFilled(body[name]))
  if (field === undefined) return undefined
  const message = errorMessage(body[field], depth + 1)
  return joined([locationOf(body), message, upstreamMessage(body, depth)], ': ')
}

// The most specific field first: some bodies contain a general "message" beside the "error".
const messageFields = [
  'error',
  'errors',
  'message',
  'msg',
  'detail',
  'details',
  'error_description',
  'error_message',
  'status_msg',
  'title',
  'reason',
  'base_resp',
]

function textMessage(text: string, depth: number): string | undefined {
  if (/^[{[]/.test(text)) {
    const inner = errorMessage(tryParseJson(text), depth + 1)
    if (inner !== undefined) return inner
  }
  return text === '' ? undefined : text
}

/** Returns the path of the invalid parameter, as FastAPI reports it. */
function locationOf({ loc }: Readonly<Record<string, unknown>>): string | undefined {
  return Array.isArray(loc) && loc.length > 0 ? loc.join('.') : undefined
}

/** Returns the message of the provider behind a gateway such as OpenRouter. */
function upstreamMessage(
  { metadata }: Readonly<Record<string, unknown>>,
  depth: number,
): string | undefined {
  return isRecord(metadata) ? errorMessage(metadata['raw'], depth + 1) : undefined
}

function joined(parts: readonly (string | undefined)[], separator = '; '): string | undefined {
  const texts = new Set(parts.filter((part) => part !== undefined))
  return texts.size === 0 ? undefined : [...texts].join(separator)
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false
}

/**
 * Returns the identifiers of an error body, such as `context_length_exceeded` or `overloaded_error`.
 * They are used to classify the error, because messages differ between providers and versions.
 */
export function errorCodes(body: unknown): string[] {
  if (Array.isArray(body)) return errorCodes(body[0])
  if (!isRecord(body)) return []
  const own = ['code', 'type', 'status', 'error_type'].flatMap((name) => {
    const value = body[name]
    return typeof value === 'string' && value.length <= maxCodeLength ? [value] : []
  })
  return isRecord(body['error']) ? [...own, ...errorCodes(body['error'])] : own
}

/** Returns the HTTP status that an error body contains, if any. */
export function errorStatus(body: unknown): number | undefined {
  if (Array.isArray(body)) return errorStatus(body[0])
  if (!isRecord(body)) return undefined
  const inner = errorStatus(body['error'])
  if (inner !== undefined) return inner
  for (const name of ['code', 'status', 'status_code']) {
    const status = Number(body[name])
    if (Number.isInteger(status) && status >= 400 && status < 600) return status
  }
  return statusOfCodes.find(([pattern]) => errorCodes(body).some((code) => pattern.test(code)))?.[1]
}

const statusOfCodes: readonly (readonly [RegExp, number])[] = [
  [/rate_limit|resource_exhausted|insufficient_quota|too_many_requests/i, 429],
  [/overloaded|unavailable/i, 503],
  [/authentication|invalid_api_key|unauthenticated|permission/i, 401],
  [/not_found/i, 404],
  [/invalid_request|invalid_argument|context_length/i, 400],
]

/** Whether a body that arrived with a successful status is an error. */
export function isErrorBody(body: unknown): boolean {
  if (Array.isArray(body)) return isErrorBody(body[0])
  if (!isRecord(body)) return false
  if (isFilled(body['error']) || body['object'] === 'error' || body['type'] === 'error') return true
  const { base_resp: minimax } = body
  if (isRecord(minimax) && isFilled(minimax['status_code'])) return minimax['status_code'] !== 0
  return (
    !('choices' in body) &&
    ['errors', 'message', 'msg', 'detail'].some((name) => isFilled(body[name]))
  )
}
