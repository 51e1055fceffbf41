import { encodeEvent } from '@mcp/http'
import type { ResponseEnvelope } from '@mcp/protocol'
import {
  createId,
  createNotification,
  createResponse,
  McpError,
  systemNotifications,
} from '@mcp/protocol'

import { keepAlive } from './keep-alive.ts'

/** Emits a notification about a request before its response. */
export type EmitNotification = (
  type: typeof systemNotifications.progress | typeof systemNotifications.chunk,
  data: Readonly<Record<string, unknown>>,
) => void

/** Returns the event stream of a request: its notifications, then one `response` event. */
export function streamResponse(
  run: (emit: EmitNotification) => Promise<ResponseEnvelope>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let isOpen = true
  let stopHeartbeat = (): void => {}
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      const write = (event: string, value: unknown): void => {
        if (!isOpen) return
        controller.enqueue(encoder.encode(encodeEvent({ event, data: JSON.stringify(value) })))
      }
      stopHeartbeat = keepAlive(controller)
      const response = await run((type, data) => {
        write(type, createNotification(type, data, { source: 'mcp-client' }))
      }).catch((thrown: unknown) => createResponse(createId('req'), 'error', McpError.from(thrown)))
      stopHeartbeat()
      write(systemNotifications.response, response)
      if (isOpen) controller.close()
    },
    cancel() {
      isOpen = false
      stopHeartbeat()
    },
  })
}
