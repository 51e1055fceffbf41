import { createClient } from '@mcp/client'
import { remoteServer } from '@mcp/dispatcher'
import type {
  InteractionRequest,
  InteractionResponse,
  MaybePromise,
  RequestEnvelope,
} from '@mcp/protocol'
import { isRecord, systemNotifications } from '@mcp/protocol'
import type { LocalServer } from '@mcp/server'
import type { SessionManager } from '@mcp/session-manager'

/** Responds to the interactions of operations with the hint `interactive`, in place of a user. */
export type RespondToInteraction = (
  interaction: InteractionRequest,
) => MaybePromise<InteractionResponse>

/** Sends a request to `POST /process` as an internal caller, which can respond to interactions. */
export async function processWithResponses(
  server: LocalServer,
  request: RequestEnvelope,
  { sessionId, respond }: { readonly sessionId: string; readonly respond: RespondToInteraction },
): Promise<unknown> {
  const remote = remoteServer({
    name: 'server',
    url: 'http://server.test',
    fetch: (input, init) => server.fetch(new Request(input, init), { isLoopback: true }),
  })
  try {
    // The description contains the hints, on which the streamed response depends.
    await remote.describe()
    return await remote.process(request, {
      sessionId,
      signal: new AbortController().signal,
      deadline: Date.now() + 30_000,
      ask: async (interaction) => respond(interaction),
    })
  } finally {
    await remote.close()
  }
}

/** Responds to the interactions of a session until the returned function is called. */
export async function respondToInteractions(
  sessionManager: SessionManager,
  sessionId: string,
  respond: RespondToInteraction,
): Promise<() => Promise<void>> {
  const client = createClient({
    url: 'http://session-manager.test',
    fetch: (request) => sessionManager.fetch(request),
  })
  const session = await client.connect({ sessionId })
  const controller = new AbortController()
  const { promise: isOpen, resolve: onOpen } = Promise.withResolvers<void>()

  async function followInteractions(): Promise<void> {
    const types = [systemNotifications.interactionRequired]
    const { signal } = controller
    for await (const { data } of session.notifications({ types, signal, onOpen })) {
      const interaction = readInteraction(data)
      await session.respond(String(data['interactionId']), await respond(interaction))
    }
  }
  const responding = followInteractions()
  await Promise.race([isOpen, responding])
  return async () => {
    controller.abort()
    await responding
  }
}

/** Returns the interaction of a notification, as the server has requested it. */
function readInteraction(data: Readonly<Record<string, unknown>>): InteractionRequest {
  const { kind, message, schema, url, sampling } = data
  return {
    kind: String(kind),
    message: String(message),
    ...(isRecord(schema) ? { schema } : {}),
    ...(typeof url === 'string' ? { url } : {}),
    ...(isRecord(sampling) ? { sampling } : {}),
  }
}
