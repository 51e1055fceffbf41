import { defaultLimits, McpError } from '@mcp/protocol'

import { createBodyCollector } from './body-collector.ts'

/**
 * Reads the body of a request, up to the limit.
 *
 * @throws McpError `payload-too-large`, `parse-error` if the body is incomplete, or `unavailable` if
 * this process reads too many bodies.
 */
export async function readBody(
  request: Request,
  maxBodyBytes: number = defaultLimits.maxBodyBytes,
): Promise<Uint8Array> {
  const collector = createBodyCollector({
    maxBodyBytes,
    declared: request.headers.get('content-length'),
  })
  if (request.body === null) return new Uint8Array()
  try {
    // Throwing out of the loop cancels the rest of the body.
    for await (const chunk of request.body) collector.add(chunk)
  } catch (cause) {
    collector.drop()
    if (McpError.is(cause)) throw cause
    throw new McpError('parse-error', 'The body is incomplete: the connection closed early.', {
      cause,
    })
  }
  return collector.end()
}
