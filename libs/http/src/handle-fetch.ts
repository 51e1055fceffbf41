import { errorResponse, toWebErrorResponse, toWebResponse } from './text-response.ts'
import { readBody } from './body/read-body.ts'
import type { ByteSink, Peer, RawHandler, RawResponse, RawRoute, RequestHead } from './service.ts'

const unknownPeer: Peer = { isLoopback: undefined }

/** Runs a {@link RawRoute} for a web-standard request. */
export async function handleFetch(
  route: RawRoute,
  request: Request,
  peer: Peer = unknownPeer,
  maxBodyBytes?: number,
): Promise<Response> {
  try {
    const header = (name: string): string | undefined => request.headers.get(name) ?? undefined
    const head = { header, signal: request.signal, peer }
    const admitted = await route(head)
    const response =
      typeof admitted === 'function'
        ? await runHandler(admitted, head, request, maxBodyBytes)
        : admitted
    if ('body' in response) return toWebResponse(response)
    const { status, headers, stream } = response
    return new Response(streamBody(stream), { status, headers })
  } catch (thrown) {
    return toWebErrorResponse(thrown)
  }
}

async function runHandler(
  handler: RawHandler,
  head: RequestHead,
  request: Request,
  maxBodyBytes: number | undefined,
): Promise<RawResponse> {
  let body
  try {
    body = await readBody(request, maxBodyBytes)
  } catch (thrown) {
    return handler.fail?.(thrown) ?? errorResponse(thrown)
  }
  return handler({ ...head, body })
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
    // With a high-water mark of 0, `desiredSize` is the negative number of queued bytes.
    { highWaterMark: 0, size: (chunk) => chunk.byteLength },
  )
}
