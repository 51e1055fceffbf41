import type { Client, SessionCore } from '@mcp/client'
import type { InteractionWatcher, RunSession } from '@mcp/conversations'
import { McpError, systemNotifications } from '@mcp/protocol'

import type { ReportModelCall } from '../activity/model-call-reporter.ts'
import { sendRequest } from '../sessions/send-request.ts'

type AnyClient = Pick<Client<[], Record<never, never>>, 'connect'>

export interface RunSessionOptions {
  /** Receives the id of a session that replaces the session of the run. */
  readonly onSession: (sessionId: string) => void
  readonly report: ReportModelCall
}

const fromAgent = { source: 'agent' } as const

/**
 * Opens the session of a conversation, or a new session if that session has expired. If the session expires
 * during the run, a new session replaces it, and the failed request is sent again.
 */
export async function openRunSession(
  client: AnyClient,
  sessionId: string | undefined,
  { onSession, report }: RunSessionOptions,
): Promise<RunSession> {
  const openNew = (): Promise<SessionCore> => client.connect({ clientId: 'client-app' })
  let session: SessionCore = (await resume(client, sessionId)) ?? (await openNew())
  let watch = (): void => {}

  return {
    ...toRunSession(() => session, report),
    get id() {
      return session.id
    },
    watchInteractions(watcher, signal) {
      watch = () => watchInteractions(session, watcher, signal)
      watch()
    },
    async request(type, payload, { id, signal, onProgress }) {
      const response = await sendRequest(session, type, payload, {
        ...fromAgent,
        signal,
        id,
        onProgress,
      })
      const isExpired = response.status === 'error' && response.error.code === 'session-not-found'
      if (!isExpired) return response
      session = await openNew()
      watch()
      onSession(session.id)
      return sendRequest(session, type, payload, { ...fromAgent, signal, id, onProgress })
    },
  }
}

/** Returns an open session as the session of a run. */
export function toRunSession(current: () => SessionCore, report: ReportModelCall): RunSession {
  return {
    get id() {
      return current().id
    },
    request: (type, payload, options) =>
      sendRequest(current(), type, payload, { ...fromAgent, ...options }),
    respond: (interactionId, response) => current().respond(interactionId, response),
    modelCalled: (call) => report(current().id, call),
  }
}

async function resume(
  client: AnyClient,
  sessionId: string | undefined,
): Promise<SessionCore | undefined> {
  if (sessionId === undefined) return undefined
  try {
    return await client.connect({ sessionId })
  } catch (thrown) {
    if (McpError.is(thrown) && thrown.code === 'session-not-found') return undefined
    throw thrown
  }
}

function watchInteractions(
  session: SessionCore,
  { onRequired, onResolved }: InteractionWatcher,
  signal: AbortSignal,
): void {
  const types = [systemNotifications.interactionRequired, systemNotifications.interactionResolved]
  const open = new Set<string>()
  const watch = async (): Promise<void> => {
    for await (const { type, data } of session.notifications({ types, signal })) {
      const interactionId = String(data['interactionId'])
      if (type === systemNotifications.interactionResolved) {
        open.delete(interactionId)
        onResolved(interactionId)
      } else {
        open.add(interactionId)
        onRequired({ interactionId, data })
      }
    }
  }
  // The stream ends with the session. The interactions end with it too.
  void watch()
    .catch(() => {})
    .finally(() => {
      for (const interactionId of open) onResolved(interactionId)
    })
}
