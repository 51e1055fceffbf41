import type { ResponseEnvelope } from '@mcp/protocol'
import type { AgentEvent } from '@mcp/protocol/agent'
import { encodeEvent, heartbeat } from '@mcp/http'
import {
  createId,
  createNotification,
  createResponse,
  McpError,
  systemClock,
  systemNotifications,
} from '@mcp/protocol'

const heartbeatEveryMs = 15_000

/** Emits a step of the agent. */
export type EmitStep = (event: AgentEvent, requestId: string) => void

/** Returns the event stream of a prompt: one `chunk` event per agent event, then one `response` event. */
export function streamPrompt(
  run: (emit: EmitStep) => Promise<ResponseEnvelope>,
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
      // Proxies close idle connections, and a model may be silent for longer than a proxy allows.
      stopHeartbeat = systemClock.every(heartbeatEveryMs, () => {
        controller.enqueue(encoder.encode(heartbeat))
      })
      const response = await run((chunk, requestId) => {
        write(
          systemNotifications.chunk,
          createNotification(
            systemNotifications.chunk,
            { requestId, chunk },
            { source: 'mcp-client' },
          ),
        )
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
