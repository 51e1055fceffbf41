import { defaultLimits, McpError } from '@mcp/protocol'

import { createBodyCollector } from './body-collector.ts'

/**
 * Reads the body of a request or response.
 *
 * @throws McpError `payload-too-large` if the body has more than `maxBodyBytes`, `parse-error` if the
 * body is incomplete, `unavailable` if all bodies that this process is reading are too large together.
 */
export async function readBody(
  request: Pick<Request, 'headers' | 'body'>,
  maxBodyBytes: number = defaultLimits.maxBodyBytes,
): Promise<Uint8Array> {
  const collector = createBodyCollector({
    maxBodyBytes,
    declared: request.headers.get('content-length'),
  })
  if (request.body === null) return new Uint8Array()
  try {
    // If `add` throws, the loop cancels the rest of the body.
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
