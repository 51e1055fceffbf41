import type {
  ErrorBody,
  InteractionRequest,
  InteractionResponse,
  RequestContext,
} from '@mcp/protocol'
import { isRecord, McpError } from '@mcp/protocol'

import type { Call } from '../calls/call.ts'
import type { HttpCaller } from './http-caller.ts'

/** The interactions that a remote server requests while it runs a request. */
export interface RemoteInteractions {
  /** Passes an interaction to the caller of the request, and sends the user's response to the server. */
  relay(data: Readonly<Record<string, unknown>>, context: RequestContext, call: Call): void
}

export function createRemoteInteractions(
  http: HttpCaller,
  onError: (error: unknown) => void,
): RemoteInteractions {
  async function askCaller(
    interaction: InteractionRequest,
    context: RequestContext,
  ): Promise<InteractionResponse & { readonly error?: ErrorBody }> {
    try {
      const { action, content } = (await context.ask?.(interaction)) ?? { action: 'cancel' }
      return { action, content }
    } catch (thrown) {
      return { action: 'cancel', error: McpError.from(thrown).toBody() }
    }
  }

  async function respond(
    id: string,
    interaction: InteractionRequest,
    context: RequestContext,
    call: Call,
  ): Promise<void> {
    const body = await askCaller(interaction, context)
    // If the call has ended, nothing is sent, because the server has dropped the interaction.
    if (call.isEnded) return
    await http.call('POST', `/interactions/${encodeURIComponent(id)}`, { body })
  }

  return {
    relay(data, context, call) {
      const id = data['interactionId']
      const interaction = readInteraction(data)
      if (typeof id !== 'string' || interaction === undefined) return
      respond(id, interaction, context, call).catch(onError)
    },
  }
}

function readInteraction(data: Readonly<Record<string, unknown>>): InteractionRequest | undefined {
  const { kind, key, message, schema, url, sampling, timeoutMs } = data
  if (typeof kind !== 'string' || typeof message !== 'string') return undefined
  return {
    kind,
    ...(typeof key === 'string' ? { key } : {}),
    message,
    ...(isRecord(schema) ? { schema } : {}),
    ...(typeof url === 'string' ? { url } : {}),
    ...(isRecord(sampling) ? { sampling } : {}),
    ...(typeof timeoutMs === 'number' ? { timeoutMs } : {}),
  }
}
