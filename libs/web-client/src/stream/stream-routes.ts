import { encodeEvent, encodeNotification } from '@mcp/http'
import { createNotification, McpError, systemNotifications } from '@mcp/protocol'

import type { App } from '../http/app.ts'
import { keepAlive } from '../http/keep-alive.ts'
import { eventStream } from '../http/responses.ts'
import { readPositions, writePositions } from './stream-positions.ts'
import type { StreamPositions } from './stream-positions.ts'
import type { StreamEntry, StreamSource } from './stream-source.ts'

export interface StreamRoutesOptions {
  readonly sources: readonly StreamSource[]
  /** Aborted when the service closes. */
  readonly closing: AbortSignal
}

const maxQueuedBytes = 64 * 1024
const names: readonly StreamSource['name'][] = ['session', 'runs', 'activity', 'pending']

/** Adds the route that streams the events of several sources on one connection. */
export function addStreamRoutes(app: App, { sources, closing }: StreamRoutesOptions): void {
  app.get('/stream', async (context) => {
    const { raw: request } = context.req
    const query = new URL(request.url).searchParams
    const lastEventId = request.headers.get('last-event-id') ?? query.get('lastEventId')
    const positions = readPositions(lastEventId ?? undefined, names)
    const requested = readRequested(query, sources)
    const stop = new AbortController()
    const signal = AbortSignal.any([request.signal, closing, stop.signal])
    const ownerId = context.get('ownerId')
    try {
      const opened = await Promise.all(
        requested.map(async ({ source, value }) => {
          const after = positions.get(source.name)
          const entries = await source.open({ request, value, ownerId }, after, signal)
          return { name: source.name, entries }
        }),
      )
      return eventStream(merge(opened, positions, { signal, closing, stop }))
    } catch (thrown) {
      // The sources that are open already must not stay open.
      stop.abort()
      throw thrown
    }
  })
}

function readRequested(query: URLSearchParams, sources: readonly StreamSource[]) {
  const requested = names.flatMap((name) => {
    const value = query.get(name)
    if (value === null || value === '' || value === '0' || value === 'false') return []
    const source = sources.find((each) => each.name === name)
    if (source !== undefined) return [{ source, value }]
    throw new McpError('invalid-request', `This service has no events of "${name}".`)
  })
  if (requested.length > 0) return requested
  const available = sources.map(({ name }) => name).join(', ')
  throw new McpError(
    'invalid-request',
    `Name at least one source in the query, such as "?session=1". Sources: ${available}.`,
  )
}

interface OpenSource {
  readonly name: string
  readonly entries: AsyncIterable<StreamEntry>
}

interface MergeOptions {
  readonly signal: AbortSignal
  readonly closing: AbortSignal
  readonly stop: AbortController
}

/** Merges sources. The id of each event contains the positions of all sources. */
function merge(
  sources: readonly OpenSource[],
  positions: StreamPositions,
  { signal, closing, stop }: MergeOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let resume = (): void => {}
  let isOpen = true
  let stopHeartbeat = (): void => {}

  function end(): void {
    isOpen = false
    stopHeartbeat()
    stop.abort()
    resume()
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const forward = async ({ name, entries }: OpenSource): Promise<void> => {
          for await (const { id, data } of entries) {
            if (!isOpen) return
            if (id !== undefined) positions.set(name, id)
            const position = id === undefined ? undefined : writePositions(positions)
            controller.enqueue(encoder.encode(encodeEvent({ id: position, event: name, data })))
            if ((controller.desiredSize ?? 0) > 0) continue
            await new Promise<void>((resolve) => {
              resume = chainCalls(resume, resolve)
            })
          }
        }
        const close = (): void => {
          if (!isOpen) return
          if (closing.aborted) {
            const last = createNotification(
              systemNotifications.streamClosing,
              {},
              {
                source: 'mcp-client',
              },
            )
            controller.enqueue(encodeNotification(last))
          }
          end()
          controller.close()
        }
        stopHeartbeat = keepAlive(controller)
        signal.addEventListener('abort', close)
        // If a source fails, the stream ends without an error, and the client resumes it.
        Promise.all(sources.map(forward)).then(close, close)
      },
      pull() {
        const waiting = resume
        resume = () => {}
        waiting()
      },
      cancel: end,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: maxQueuedBytes }),
  )
}

/** Returns a function that calls both. Several sources may wait for the reader. */
function chainCalls(first: () => void, second: () => void): () => void {
  return () => {
    first()
    second()
  }
}
