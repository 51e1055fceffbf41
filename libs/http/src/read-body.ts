import { joinBytes } from './join-bytes.ts'
import { defaultLimits } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** Returns the error for a body over the limit. */
export function bodyTooLarge(maxBodyBytes: number): McpError {
  return new McpError('payload-too-large', `The body is larger than ${maxBodyBytes} bytes.`, {
    details: { limit: 'bytes', max: maxBodyBytes },
  })
}

/**
 * Reads the body of a request, up to the limit.
 *
 * @throws McpError `payload-too-large`, or `parse-error` if the body is incomplete.
 */
export async function readBody(
  request: Request,
  maxBodyBytes: number = defaultLimits.maxBodyBytes,
): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length')) > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
  if (request.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of request.body) {
      length += chunk.byteLength
      // Throwing out of the loop cancels the rest of the body.
      if (length > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
      chunks.push(chunk)
    }
  } catch (cause) {
    if (McpError.is(cause)) throw cause
    throw new McpError('parse-error', 'The body is incomplete: the connection closed early.', {
      cause,
    })
  }
  return joinBytes(chunks, length)
}
