import { McpError } from '@mcp/protocol'

/** Maximum size of one body or event of an upstream server, in bytes. */
const maxMessageBytes = 4 * 1024 * 1024

const lineFeed = 10
const carriageReturn = 13

/**
 * Returns a `fetch` whose responses fail if the whole body is too large or, in an event stream, one event. The
 * parser of a stream joins all lines of an event, so a bound of each line would not bound the event.
 */
export function limitMessages(
  fetchResponse: (url: string | URL, init?: RequestInit) => Promise<Response>,
): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const response = await fetchResponse(url, init)
    const { body, status, statusText, headers } = response
    if (body === null) return response
    const type = headers.get('content-type')?.toLowerCase() ?? ''
    const limited = body.pipeThrough(createLimit(type.startsWith('text/event-stream')))
    return new Response(limited, { status, statusText, headers })
  }
}

function createLimit(isStream: boolean): TransformStream<Uint8Array, Uint8Array> {
  const fits = isStream ? createEventLimit() : createBodyLimit()
  return new TransformStream({
    transform(chunk, controller) {
      if (fits(chunk)) return controller.enqueue(chunk)
      const message = `the server sent a message of more than ${maxMessageBytes} bytes`
      controller.error(new McpError('payload-too-large', message))
    },
  })
}

/** Returns a function that receives the chunks of a body, and returns whether all of them fit. */
function createBodyLimit(): (chunk: Uint8Array) => boolean {
  let size = 0
  return (chunk) => {
    size += chunk.length
    return size <= maxMessageBytes
  }
}

/**
 * Returns a function that receives the chunks of an event stream, and returns whether each of its events fits. An
 * empty line ends an event. A line ends with CR, LF or both.
 */
function createEventLimit(): (chunk: Uint8Array) => boolean {
  let size = 0
  let isLineEmpty = true
  let isAfterReturn = false
  return (chunk) => {
    for (const byte of chunk) {
      const isSecondOfPair = byte === lineFeed && isAfterReturn
      isAfterReturn = byte === carriageReturn
      if (isSecondOfPair) continue
      if (byte !== lineFeed && byte !== carriageReturn) {
        isLineEmpty = false
        size += 1
        if (size > maxMessageBytes) return false
      } else if (isLineEmpty) size = 0
      else isLineEmpty = true
    }
    return true
  }
}
