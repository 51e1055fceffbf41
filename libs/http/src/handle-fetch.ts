import { toWebErrorResponse, toWebResponse } from './text-response.ts'
import { readBody } from './read-body.ts'
import type { ByteSink, RawHandler, Peer } from './service.ts'

const unknownPeer: Peer = { isLoopback: undefined }

/** Runs a {@link RawHandler} for a web-standard request. */
export async function handleFetch(
  handler: RawHandler,
  request: Request,
  peer: Peer = unknownPeer,
  maxBodyBytes?: number,
): Promise<Response> {
  try {
    const response = await handler({
      header: (name) => request.headers.get(name) ?? undefined,
      body: await readBody(request, maxBodyBytes),
      signal: request.signal,
      peer,
    })
    if ('body' in response) return toWebResponse(response)
    const { status, headers, stream } = response
    return new Response(streamBody(stream), { status, headers })
  } catch (thrown) {
    return toWebErrorResponse(thrown)
  }
}

function streamBody(stream: (sink: ByteSink) => () => void): ReadableStream<Uint8Array> {
  let stop = (): void => {}
  let open = true
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const finish = (act: () => void): void => {
          if (!open) return
          open = false
          act()
        }
        stop = stream({
          write(bytes) {
            if (open) controller.enqueue(bytes)
            return open ? -(controller.desiredSize ?? 0) : 0
          },
          end: () => finish(() => controller.close()),
          destroy: () => finish(() => controller.error(new Error('The reader is too slow.'))),
        })
      },
      cancel() {
        open = false
        stop()
      },
    },
    // With a high-water mark of zero, the desired size is minus the number of queued bytes.
    { highWaterMark: 0, size: (chunk) => chunk.byteLength },
  )
}
