import type { InteractionResponse } from '@mcp/protocol'
import { McpError } from '@mcp/protocol/light'
import type { PendingItem } from '@mcp/protocol/rest'

import type { Connection } from '../remote/connection.ts'
import { createRest } from '../remote/create-rest.ts'

export type InteractionData = Extract<
  PendingItem,
  { readonly kind: 'interaction' }
>['interaction']['data']

/** Requests the response to an interaction of a server from the user. */
export type RespondToServer = (
  data: InteractionData,
  options: { readonly signal: AbortSignal; readonly problem?: string | undefined },
) => Promise<InteractionResponse>

export interface ServerInteractionsOptions {
  readonly connection: Connection
  readonly runId: string
  /** Default: interactions are declined. */
  readonly respond?: RespondToServer | undefined
  /** Runs a task while no other task uses the terminal. */
  readonly inTurn: (task: () => Promise<void>) => Promise<void>
  /** Aborted when the run ends. */
  readonly signal: AbortSignal
}

/** Responds to the interactions of servers during a run, until the signal is aborted. */
export async function respondToInteractions(options: ServerInteractionsOptions): Promise<void> {
  const { connection, runId, signal, inTurn } = options
  const open = new Map<string, AbortController>()
  const failure = new AbortController()
  const either = AbortSignal.any([signal, failure.signal])
  try {
    for await (const entry of createRest(connection).stream({ pending: true, signal: either })) {
      if (entry.source !== 'pending') continue
      const waiting = entry.pending.flatMap((item) =>
        item.kind === 'interaction' && item.runId === runId ? [item.interaction] : [],
      )
      for (const [id, resolved] of open) {
        if (!waiting.some(({ interactionId }) => interactionId === id)) resolved.abort()
      }
      for (const { interactionId, data } of waiting) {
        if (open.has(interactionId)) continue
        const resolved = new AbortController()
        open.set(interactionId, resolved)
        const ended = AbortSignal.any([either, resolved.signal])
        inTurn(() => respondUntilValid(interactionId, data, options, ended)).catch(
          (thrown: unknown) => {
            if (!ended.aborted) failure.abort(thrown)
          },
        )
      }
    }
  } finally {
    failure.signal.throwIfAborted()
  }
}

async function respondUntilValid(
  interactionId: string,
  data: InteractionData,
  { connection, runId, respond = decline }: ServerInteractionsOptions,
  signal: AbortSignal,
): Promise<void> {
  let problem: string | undefined
  do {
    signal.throwIfAborted()
    const response = await respond(data, { signal, problem })
    signal.throwIfAborted()
    problem = await send(response)
  } while (problem !== undefined)

  async function send(response: InteractionResponse): Promise<string | undefined> {
    try {
      await createRest(connection).runs.respond(runId, interactionId, response)
      return undefined
    } catch (thrown) {
      if (!McpError.is(thrown)) throw thrown
      // The interaction was resolved elsewhere, or has expired.
      if (thrown.code === 'conflict' || thrown.code === 'not-found') return undefined
      if (thrown.code === 'invalid-params') return thrown.message
      throw thrown
    }
  }
}

const decline = (): Promise<InteractionResponse> => Promise.resolve({ action: 'decline' })
