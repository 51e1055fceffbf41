import { toWebErrorResponse, toWebResponse } from './text-response.ts'
import { readBody } from './read-body.ts'
import type { ByteSink, RawHandler, Peer } from './service.ts'

const unknownPeer: Peer = { isLoopback: undefined }

/** Answers a web-standard request by a {@link RawHandler}. */
export async function handleFetch(
  handler: RawHandler,
  request: Request,
  peer: Peer = unknownPeer,
  maxBodyBytes?: number,
): Promise<Response> {
  try {
    const answer = await handler({
      header: (name) => request.headers.get(name) ?? undefined,
      body: await readBody(request, maxBodyBytes),
      signal: request.signal,
      peer,
    })
    if ('body' in answer) return toWebResponse(answer)
    const { status, headers, stream } = answer
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
          destroy: () => finish(() => controller.error(new Error('The reader fell behind.'))),
        })
      },
      cancel() {
        open = false
        stop()
      },
    },
    // A high-water mark of zero makes the desired size the negated number of waiting bytes.
    { highWaterMark: 0, size: (chunk) => chunk.byteLength },
  )
}
