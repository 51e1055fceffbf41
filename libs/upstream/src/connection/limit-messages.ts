import { McpError } from '@mcp/protocol'

/** Maximum size of one body or line of an upstream server, and of one chunk, in bytes. */
const maxMessageBytes = 4 * 1024 * 1024

const lineFeed = 10

/**
 * Returns a `fetch` whose responses fail if the whole body is too large or, in an event stream, one line. A
 * line that ends in the same chunk in which it exceeds the limit is not refused.
 */
export function limitMessages(
  fetchResponse: (url: string | URL, init?: RequestInit) => Promise<Response>,
): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const response = await fetchResponse(url, init)
    const { body, status, statusText, headers } = response
    if (body === null) return response
    const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true
    const limited = body.pipeThrough(createLimit(isStream))
    return new Response(limited, { status, statusText, headers })
  }
}

function createLimit(isStream: boolean): TransformStream<Uint8Array, Uint8Array> {
  let size = 0
  return new TransformStream({
    transform(chunk, controller) {
      const lastLine = isStream ? chunk.lastIndexOf(lineFeed) : -1
      size = lastLine === -1 ? size + chunk.length : chunk.length - lastLine - 1
      if (size > maxMessageBytes || chunk.length > maxMessageBytes) {
        const message = `the server sent a message of more than ${maxMessageBytes} bytes`
        controller.error(new McpError('payload-too-large', message))
        return
      }
      controller.enqueue(chunk)
    },
  })
}
