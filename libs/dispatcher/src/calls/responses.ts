import type {
  ErrorResponse,
  McpErrorCode,
  McpErrorOptions,
  OperationDescription,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { createResponse, isErrorBody, isRecord, McpError } from '@mcp/protocol'

/**
 * Whether a value is a response to the request. The value comes from a server or a middleware. Only
 * the fields that the dispatcher reads are checked, because an envelope that comes from another
 * process is validated when it is parsed.
 */
export function isResponseTo(request: RequestEnvelope, value: unknown): value is ResponseEnvelope {
  if (!isRecord(value) || value['id'] !== request.id) return false
  if (value['status'] === 'success') return isRecord(value['data'])
  return value['status'] === 'error' && isErrorBody(value['error'])
}

/** Describes a value that is not a response to the request, for an error message. */
export function describeMismatch(request: RequestEnvelope, value: unknown): string {
  if (!isRecord(value)) return 'a value that is not an envelope'
  if (value['id'] !== request.id) return 'an envelope whose id is not the id of the request'
  return 'an envelope with an invalid status, data, error or metadata'
}

/** Creates an error response to the request. */
export function errorResponse(
  request: RequestEnvelope,
  code: McpErrorCode,
  message: string,
  options?: McpErrorOptions,
): ErrorResponse {
  return createResponse(request.id, 'error', new McpError(code, message, options))
}

/**
 * Sets `retryable` on an `upstream-error` or `timeout` if the operation is idempotent. The creator of
 * the error, such as a transport, may not know the operation.
 */
export function withRetryability(
  response: ErrorResponse,
  operation: OperationDescription | undefined,
): ErrorResponse {
  const { code, retryable } = response.error
  if (retryable || operation?.hints.idempotent !== true) return response
  if (code !== 'upstream-error' && code !== 'timeout') return response
  return { ...response, error: { ...response.error, retryable: true } }
}

/** Creates the response to a request whose caller has aborted it. */
export function cancelled(request: RequestEnvelope): ErrorResponse {
  return errorResponse(request, 'cancelled', 'The request was cancelled.')
}

/**
 * Creates the response to a request whose deadline has passed. The error is retryable if the operation
 * is idempotent.
 */
export function timedOut(
  request: RequestEnvelope,
  operation?: OperationDescription,
): ErrorResponse {
  const message = `No response to "${request.type}" arrived before the deadline.`
  return withRetryability(errorResponse(request, 'timeout', message), operation)
}
