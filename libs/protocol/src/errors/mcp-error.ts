import type { McpErrorCode } from './error-codes.ts'
import { errorCodeInfo, isErrorCode } from './error-codes.ts'

const brand: unique symbol = Symbol.for('@mcp/protocol/error')

/** An error as JSON. Every error response has it as `error`. */
export interface ErrorBody {
  readonly code: McpErrorCode
  /** Explanation for people: the problem, its location and the remedy. Programs branch on `code`. */
  readonly message: string
  readonly retryable: boolean
  readonly details?: Readonly<Record<string, unknown>>
}

export interface McpErrorOptions {
  /** Data for programs, such as `reason`, `issues` or `retryAfterMs`. It must not contain secrets. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /** Whether a retry may succeed. Default: `retryable` of {@link errorCodeInfo}. */
  readonly retryable?: boolean | undefined
  /** The original error. It is never sent to another process. */
  readonly cause?: unknown
}

/**
 * The error that every `@mcp` package throws. Branch on `code`; show `message` to users.
 *
 * @example
 * throw new McpError('not-found', 'No tool is named "calculater". Did you mean "calculator"?', {
 *   details: { near: ['calculator'] },
 * })
 */
export class McpError extends Error {
  override readonly name = 'McpError'
  readonly [brand] = true
  readonly code: McpErrorCode
  readonly retryable: boolean
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(code: McpErrorCode, message: string, options: McpErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? errorCodeInfo(code).retryable
    this.details = options.details
  }

  /** Whether a value is an `McpError` of this package or of another installed copy of it. */
  static is(value: unknown): value is McpError {
    return typeof value === 'object' && value !== null && brand in value
  }

  /** Returns an `internal` error with an incident id. Its message contains no text of the cause. */
  static internal(cause: unknown): McpError {
    const incident = crypto.randomUUID()
    return new McpError('internal', `Internal error. See incident ${incident} in the log.`, {
      details: { incident },
      cause,
    })
  }

  /** Returns the thrown value if it is an `McpError`; otherwise an {@link McpError.internal} error. */
  static from(thrown: unknown): McpError {
    return McpError.is(thrown) ? thrown : McpError.internal(thrown)
  }

  /** Returns the error that a received body describes, or `upstream-error` if it is malformed. */
  static fromBody(body: unknown): McpError {
    if (isErrorBody(body)) {
      const { code, message, retryable, details } = body
      return new McpError(code, message, { retryable, details })
    }
    return new McpError(
      'upstream-error',
      'Malformed error: "code", "message" or "retryable" is missing or invalid.',
    )
  }

  toBody(): ErrorBody {
    const { code, message, retryable, details } = this
    return details === undefined
      ? { code, message, retryable }
      : { code, message, retryable, details }
  }
}

/** Whether a received value is an error body. */
export function isErrorBody(value: unknown): value is ErrorBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    isErrorCode(value.code) &&
    'message' in value &&
    typeof value.message === 'string' &&
    'retryable' in value &&
    typeof value.retryable === 'boolean' &&
    (!('details' in value) || (typeof value.details === 'object' && value.details !== null))
  )
}
