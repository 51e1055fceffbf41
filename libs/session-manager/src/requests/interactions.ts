import {
  createId,
  createNotification,
  interactionContent,
  interactionTimedOut,
  issuesOf,
  McpError,
  summarizeIssues,
  systemNotifications,
} from '@mcp/protocol'
import type {
  Clock,
  InteractionRequest,
  InteractionResponse,
  JsonSchema,
  Schema,
} from '@mcp/protocol'
import * as z from 'zod'

import type { Notifications } from '../events/notifications.ts'
import type { Metrics } from '../metrics.ts'
import type { InteractionStore, Resolution, StoredInteraction } from '../store/interaction-store.ts'
import { isResolution } from '../store/interaction-store.ts'

/** An interaction that the server of a running request has requested. */
export interface RequestedInteraction {
  readonly sessionId: string
  readonly requestId: string
  readonly interaction: InteractionRequest
  readonly deadline: number
  /** Aborted when the request ends. */
  readonly signal: AbortSignal
}

/** Elicitations, approvals and other interactions between running requests and users. */
export interface Interactions {
  /** Emits the interaction to the session's client and waits for the user's response. */
  ask(requested: RequestedInteraction): Promise<InteractionResponse>
  /**
   * Resolves an interaction. If the content of the response does not match the schema of the interaction, the
   * interaction stays open.
   *
   * @throws McpError `invalid-params` for such content, `not-found`, or `conflict` if the interaction was
   * resolved before.
   */
  respond(sessionId: string, interactionId: string, response: InteractionResponse): Promise<void>
  /** Handles the resolution of an interaction by any replica. */
  onResolved(interactionId: string, resolution: Resolution): void
  /** Reads the pending interactions again, because signals may have been lost. */
  onMissed(): void
}

export interface InteractionsOptions {
  readonly store: InteractionStore
  readonly notifications: Pick<Notifications, 'publish'>
  readonly clock: Clock
  readonly metrics: Metrics
  readonly onError: (error: unknown) => void
}

interface Waiting {
  readonly sessionId: string
  readonly interaction: InteractionRequest
  readonly settle: (resolution: Resolution) => void
}

export function createInteractions(options: InteractionsOptions): Interactions {
  const { store, notifications, clock, metrics, onError } = options
  /** Requests of this process that wait for a resolution, by interaction id. */
  const waiting = new Map<string, Waiting>()

  function emit(sessionId: string, type: string, data: Record<string, unknown>) {
    const notification = createNotification(type, data, { at: clock.now() })
    return notifications.publish(sessionId, notification)
  }

  /** Resolves an interaction. Returns the earlier resolution if there is one. */
  async function resolve(
    sessionId: string,
    interactionId: string,
    resolution: Resolution,
  ): Promise<Resolution | undefined> {
    const result = await store.resolve(sessionId, interactionId, resolution)
    if (result === undefined) {
      throw new McpError('not-found', `Interaction "${interactionId}" not found in this session.`)
    }
    if (isResolution(result)) return result
    metrics.count('mcp_interactions_total', resolution.action)
    await emit(sessionId, systemNotifications.interactionResolved, {
      interactionId,
      requestId: result.requestId,
      action: resolution.action,
    })
    return undefined
  }

  return {
    async ask({ sessionId, requestId, interaction, deadline, signal }) {
      const { key: _key, timeoutMs = Infinity, ...shown } = interaction
      const id = createId('int')
      const expiresAt = Math.min(deadline, clock.now() + timeoutMs)
      await store.add(sessionId, { ...shown, id, requestId, expiresAt })

      const resolution = new Promise<Resolution>((settle) => {
        waiting.set(id, { sessionId, interaction, settle })
      })
      function withdraw(action: 'expire' | 'cancel'): void {
        resolve(sessionId, id, { action })
          .catch((error: unknown) => {
            // No resolution will arrive, because the session has ended or the store has failed.
            if (!McpError.is(error)) onError(error)
            return { action }
          })
          // Another caller may have resolved the interaction, and the signal may be lost.
          .then((earlier) => waiting.get(id)?.settle(earlier ?? { action }))
          .catch(onError)
      }
      function cancel(): void {
        withdraw('cancel')
        // The request has ended, so it does not wait for the store.
        waiting.get(id)?.settle({ action: 'cancel' })
      }
      const stopTimer = clock.after(expiresAt - clock.now(), () => withdraw('expire'))
      signal.addEventListener('abort', cancel)
      async function announce(): Promise<void> {
        const expiry = new Date(expiresAt).toISOString()
        const data = { ...shown, interactionId: id, requestId, expiresAt: expiry }
        try {
          await emit(sessionId, systemNotifications.interactionRequired, data)
        } catch (error) {
          // The client was not notified of the interaction, for example because a sampling request is too large
          // for the log.
          withdraw('cancel')
          throw error
        }
      }
      try {
        await announce()
        if (signal.aborted) cancel()
        return toResponse(await resolution, interaction.kind, signal)
      } finally {
        waiting.delete(id)
        stopTimer()
        signal.removeEventListener('abort', cancel)
      }
    },
    async respond(sessionId, interactionId, response) {
      const own = waiting.get(interactionId)
      // Another replica may have requested the interaction.
      const found = own === undefined ? await store.read(sessionId, interactionId) : undefined
      if (found !== undefined && !isResolution(found)) checkContent(response, found)
      if (own?.sessionId === sessionId) checkContent(response, own.interaction)
      const earlier = await resolve(sessionId, interactionId, response)
      if (earlier !== undefined) throw alreadyResolved(interactionId, earlier.action)
    },
    onResolved(interactionId, resolution) {
      waiting.get(interactionId)?.settle(resolution)
    },
    onMissed() {
      for (const [id, entry] of waiting) readAgain(store, id, entry).catch(onError)
    },
  }
}

/** Settles an interaction whose resolution this process may have missed. */
async function readAgain(
  store: Pick<InteractionStore, 'read'>,
  interactionId: string,
  { sessionId, settle }: Waiting,
): Promise<void> {
  const found = await store.read(sessionId, interactionId)
  if (found === undefined) settle({ action: 'cancel' })
  else if (isResolution(found)) settle(found)
}

type ContentRules = Pick<StoredInteraction, 'kind' | 'schema' | 'url'>

/** Throws `invalid-params` if accepted content does not match the schema of the interaction. */
function checkContent(response: InteractionResponse, interaction: ContentRules): void {
  if (response.action !== 'accept') return
  const schema = contentSchemaOf(interaction)
  const checked = schema === undefined ? undefined : z.safeParse(schema, response.content ?? {})
  if (checked === undefined || checked.success) return
  const issues = issuesOf(checked.error.issues)
  throw new McpError(
    'invalid-params',
    `Invalid content: ${summarizeIssues(issues)}. The interaction is still open.`,
    { details: { reason: 'content-invalid', issues } },
  )
}

function contentSchemaOf({ kind, schema, url }: ContentRules): Schema | undefined {
  if (kind === 'sampling' || kind === 'roots') return interactionContent[kind]()
  // The user responds at the URL, so the response has no content.
  return schema === undefined || url !== undefined ? undefined : toZod(schema)
}

/** Returns undefined for a schema that zod cannot convert. Then only the server checks the content. */
function toZod(schema: JsonSchema): z.ZodType | undefined {
  try {
    return z.fromJSONSchema(schema)
  } catch {
    return undefined
  }
}

function toResponse(
  { action, content }: Resolution,
  kind: string,
  signal: AbortSignal,
): InteractionResponse {
  if (action === 'expire') throw interactionTimedOut(kind)
  if (signal.aborted) {
    throw new McpError('cancelled', 'The request ended before the interaction was resolved.')
  }
  return content === undefined ? { action } : { action, content }
}

function alreadyResolved(interactionId: string, action: Resolution['action']): McpError {
  const end = action === 'expire' ? 'It expired' : `It was resolved with "${action}"`
  return new McpError('conflict', `Interaction "${interactionId}" is closed. ${end}.`, {
    details: { reason: 'already-resolved', action },
  })
}
