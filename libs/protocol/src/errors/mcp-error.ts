import type { McpErrorCode } from './error-codes.ts'
import { errorCodeInfo, isErrorCode } from './error-codes.ts'

const brand: unique symbol = Symbol.for('@mcp/protocol/error')

/** An error as it travels: what every JSON reply that is an error has at its top level. */
export interface ErrorBody {
  readonly code: McpErrorCode
  /** What was wrong, where, and what would be right. For people; branch on `code`. */
  readonly message: string
  readonly retryable: boolean
  readonly details?: Readonly<Record<string, unknown>>
}

export interface McpErrorOptions {
  /** Facts a program can use: `reason`, `issues`, `retryAfterMs`, … Never secrets. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /** Whether trying again may help. Default: what the table says of the code. */
  readonly retryable?: boolean | undefined
  /** The original failure. Stays in this process. */
  readonly cause?: unknown
}

/**
 * The error every `@mcp` package throws. Branch on `code`; show `message` to people.
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

  /** Like `instanceof`, and still true when two copies of this package are installed. */
  static is(value: unknown): value is McpError {
    return typeof value === 'object' && value !== null && brand in value
  }

  /** The error for a failure nobody expected: `internal`, with an incident id and none of its text. */
  static internal(cause: unknown): McpError {
    const incident = crypto.randomUUID()
    return new McpError('internal', `Internal error. The log has it under incident ${incident}.`, {
      details: { incident },
      cause,
    })
  }

  /** What was thrown, if it is ours; otherwise {@link McpError.internal}. */
  static from(thrown: unknown): McpError {
    return McpError.is(thrown) ? thrown : McpError.internal(thrown)
  }

  /** The error a body from the wire describes. A body that is none becomes `upstream-error`. */
  static fromBody(body: unknown): McpError {
    if (isErrorBody(body)) {
      const { code, message, retryable, details } = body
      return new McpError(code, message, { retryable, details })
    }
    return new McpError('upstream-error', 'The answer says it is an error but does not say which.')
  }

  toBody(): ErrorBody {
    const { code, message, retryable, details } = this
    return details === undefined
      ? { code, message, retryable }
      : { code, message, retryable, details }
  }
}

/** Whether a value from the wire is an error body. */
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
