import { createHeartbeats, heartbeat } from '@mcp/http'
import { systemClock } from '@mcp/protocol'

const heartbeats = createHeartbeats(systemClock)
const bytes = new TextEncoder().encode(heartbeat)

/**
 * Writes a heartbeat to an event stream every 15 seconds, because proxies close idle connections. Returns a
 * function that stops the heartbeats. Call it before the stream is closed.
 */
export function keepAlive(
  stream: Pick<ReadableStreamDefaultController<Uint8Array>, 'enqueue'>,
): () => void {
  return heartbeats.add(() => stream.enqueue(bytes))
}
