import { createId, createNotification, McpError, systemNotifications } from '@mcp/protocol'
import type { InteractionResponse, MaybePromise } from '@mcp/protocol'

import type { Core } from '../core.ts'
import type { Notifications } from '../events/notifications.ts'
import type { AskOwner } from './request-runner.ts'
import type { Resolution } from '../store/store.ts'

/** What waits for a person. */
export interface Interactions {
  readonly ask: AskOwner
  /** @throws McpError `not-found`, or `conflict` where it was answered before. */
  answer(sessionId: string, interactionId: string, answer: InteractionResponse): MaybePromise<void>
  /** Hears, from the store, how one ended. */
  resolved(interactionId: string, resolution: Resolution): void
}

export function createInteractions(core: Core, notifications: Notifications): Interactions {
  const { store, clock, metrics, onError } = core
  /** Who waits in this process. */
  const waiting = new Map<string, (resolution: Resolution) => void>()

  function tell(sessionId: string, type: string, data: Record<string, unknown>) {
    const notification = createNotification(type, data, { at: clock.now() })
    return notifications.publish(sessionId, notification)
  }

  async function resolve(
    sessionId: string,
    interactionId: string,
    resolution: Resolution,
  ): Promise<void> {
    const before = await store.resolve(sessionId, interactionId, resolution)
    if (before === undefined) {
      throw new McpError('not-found', `This session has no interaction "${interactionId}".`)
    }
    if (typeof before === 'string') throw answeredBefore(interactionId, before)
    metrics.count('mcp_interactions_total', `action="${resolution.action}"`)
    await tell(sessionId, systemNotifications.interactionResolved, {
      interactionId,
      requestId: before.requestId,
      action: resolution.action,
    })
  }

  return {
    async ask({ run, question, deadline }) {
      const { sessionId, request } = run
      const { signal } = run.abort
      const requestId = request.id
      const { kind, message, schema, timeoutMs = Infinity } = question
      const id = createId('int')
      const expiresAt = Math.min(deadline, clock.now() + timeoutMs)
      await store.ask(sessionId, { id, requestId, kind, message, schema, expiresAt })

      const resolution = new Promise<Resolution>((settle) => {
        waiting.set(id, settle)
      })
      function giveUp(action: 'expire' | 'cancel'): void {
        resolve(sessionId, id, { action }).catch((error: unknown) => {
          if (!McpError.is(error)) onError(error)
          // Whoever resolved it first won, and the store says how. In every other case nobody will:
          // the store has dropped the session, or does not answer.
          if (McpError.is(error) && error.code === 'conflict') return
          waiting.get(id)?.({ action })
        })
      }
      function cancel(): void {
        giveUp('cancel')
        // The request is over, whatever the store makes of its question.
        waiting.get(id)?.({ action: 'cancel' })
      }
      const stopTimer = clock.after(expiresAt - clock.now(), () => giveUp('expire'))
      signal.addEventListener('abort', cancel)
      try {
        await tell(sessionId, systemNotifications.interactionRequired, {
          interactionId: id,
          kind,
          message,
          ...(schema === undefined ? {} : { schema }),
          requestId,
          expiresAt: new Date(expiresAt).toISOString(),
        })
        if (signal.aborted) cancel()
        return toAnswer(await resolution, signal)
      } finally {
        waiting.delete(id)
        stopTimer()
        signal.removeEventListener('abort', cancel)
      }
    },
    answer: (sessionId, interactionId, answer) => resolve(sessionId, interactionId, answer),
    resolved(interactionId, resolution) {
      waiting.get(interactionId)?.(resolution)
    },
  }
}

function toAnswer({ action, content }: Resolution, signal: AbortSignal): InteractionResponse {
  if (action === 'expire') {
    throw new McpError('forbidden', 'Nobody answered in time, and that counts as a no.', {
      details: { reason: 'approval-denied' },
    })
  }
  if (signal.aborted) {
    throw new McpError('cancelled', 'The request ended before the question was answered.')
  }
  return content === undefined ? { action } : { action, content }
}

function answeredBefore(interactionId: string, action: Resolution['action']): McpError {
  const how = action === 'expire' ? 'It ran out.' : `The answer was "${action}".`
  return new McpError('conflict', `The interaction "${interactionId}" is over. ${how}`, {
    details: { reason: 'already-resolved', action },
  })
}
