import type {
  ErrorResponse,
  McpErrorCode,
  McpErrorOptions,
  OperationDescription,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { createResponse, isErrorBody, isRecord, McpError } from '@mcp/protocol'

/** Whether a value is a complete answer to that request. */
export function isAnswerTo(request: RequestEnvelope, value: unknown): value is ResponseEnvelope {
  if (!isRecord(value) || value['id'] !== request.id) return false
  if (typeof value['timestamp'] !== 'string') return false
  const metadata = value['metadata']
  if (!isRecord(metadata) || typeof metadata['source'] !== 'string') return false
  if (typeof metadata['version'] !== 'string' || !metadata['version'].startsWith('1.')) return false
  if (value['status'] === 'success') return isRecord(value['data'])
  return value['status'] === 'error' && isErrorBody(value['error'])
}

/** The answer that says no. */
export function refuse(
  request: RequestEnvelope,
  code: McpErrorCode,
  message: string,
  options?: McpErrorOptions,
): ErrorResponse {
  return createResponse(request.id, 'error', new McpError(code, message, options))
}

/** Why a value is no answer to that request, in a few words. */
export function complaintAbout(request: RequestEnvelope, value: unknown): string {
  if (!isRecord(value)) return 'something that is not an envelope'
  if (value['id'] !== request.id) return 'an envelope whose id is not the id of the request'
  return 'an envelope without a proper status, data, error or metadata'
}

/**
 * The answer with what the operation says about repeating it: a broken connection or a timeout is
 * retryable where the operation is idempotent, which a server far away cannot always tell.
 */
export function withRetryability(
  answer: ErrorResponse,
  operation: OperationDescription | undefined,
): ErrorResponse {
  const { code, retryable } = answer.error
  if (retryable || operation?.hints.idempotent !== true) return answer
  if (code !== 'upstream-error' && code !== 'timeout') return answer
  return { ...answer, error: { ...answer.error, retryable: true } }
}

/** The answer to a request whose caller has left. */
export function cancelled(request: RequestEnvelope): ErrorResponse {
  return refuse(request, 'cancelled', 'The request was cancelled.')
}

/** The answer to a request whose deadline has passed. */
export function timedOut(request: RequestEnvelope): ErrorResponse {
  return refuse(request, 'timeout', `No answer to "${request.type}" came before the deadline.`)
}
