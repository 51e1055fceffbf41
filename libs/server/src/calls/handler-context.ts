import type {
  Clock,
  HandlerContext,
  RequestContext,
  RequestEnvelope,
  RequestEvent,
  Schema,
  TypedInteraction,
} from '@mcp/protocol'
import { callerKeyOf, logLevels } from '@mcp/protocol'

import { askUser } from './ask-user.ts'
import { awaitInteraction } from './await-interaction.ts'
import { requestRoots, requestSample } from './client-requests.ts'
import { checkValue } from '../results/check-value.ts'
import type { Notifier } from '../events/notifier.ts'
import type { OperationRow } from '../operations/operation-table.ts'

/** The state of one request until its response. */
export interface Call {
  readonly request: RequestEnvelope
  readonly context: RequestContext
  readonly controller: AbortController
  /** Whether the call has no response yet. Events that the handler emits after the response are dropped. */
  isOpen: boolean
  isUntrusted: boolean
  /** Number of interactions that wait for the user's response. */
  pendingInteractions: number
  /** Kind of the latest interaction. */
  interactionKind: string
}

export interface HandlerContextOptions {
  readonly notifier: Notifier
  readonly clock: Clock
  /** Whether chunks are validated against their schema. */
  readonly checkChunks: boolean
  /** Called when the caller's event listener throws. */
  readonly onError: (thrown: unknown, request: RequestEnvelope) => void
}

/** Creates the context of a handler. Its functions do not use `this`, so they can be destructured. */
export function createHandlerContext(
  call: Call,
  row: OperationRow,
  { notifier, clock, checkChunks, onError }: HandlerContextOptions,
): HandlerContext<Record<string, Schema>> {
  const { request, context, controller } = call
  const { sessionId, client } = context

  function emit(type: RequestEvent['type'], data: Readonly<Record<string, unknown>>): void {
    if (context.onEvent === undefined || !call.isOpen) return
    try {
      context.onEvent({ type, data: { requestId: request.id, ...data } })
    } catch (thrown) {
      onError(thrown, request)
    }
  }

  async function ask<Content>(interaction: TypedInteraction<Content>) {
    call.pendingInteractions++
    call.interactionKind = interaction.kind
    try {
      return await askUser(interaction, (plain) =>
        awaitInteraction(context.ask, plain, { clock, signal: controller.signal }),
      )
    } finally {
      call.pendingInteractions--
    }
  }

  return {
    request,
    signal: controller.signal,
    deadline: context.deadline,
    sessionId,
    principal: context.principal,
    claims: context.claims,
    callerKey: callerKeyOf(context),
    client,
    progress: (progress) => emit('progress', { ...progress }),
    chunk(chunk) {
      const schema = checkChunks ? row.operation.chunk : undefined
      if (schema !== undefined) checkValue(`${row.label} chunk`, schema, chunk)
      emit('chunk', { chunk })
    },
    log(level, data, logger) {
      const minLevel = client?.logLevel ?? 'debug'
      if (logLevels.indexOf(level) < logLevels.indexOf(minLevel)) return
      emit('log', { level, data, ...(logger === undefined ? {} : { logger }) })
    },
    notify(type, data, options) {
      const own = sessionId === undefined ? [] : [sessionId]
      notifier.notify(type, data, options?.sessionIds ?? own)
    },
    ask,
    elicit: (elicitation) => ask({ kind: 'elicitation', ...elicitation }),
    sample: (params) => requestSample(ask, row.label, params),
    listRoots: () => requestRoots(ask, row.label),
    markUntrusted() {
      call.isUntrusted = true
    },
  }
}
