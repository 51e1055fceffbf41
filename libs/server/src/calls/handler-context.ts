import type { Clock, HandlerContext, RequestContext, RequestEnvelope, Schema } from '@mcp/protocol'

import { awaitInteraction } from './await-interaction.ts'
import { checkValue } from '../results/check-value.ts'
import type { Notifier } from '../events/notifier.ts'
import type { OperationRow } from '../operations/operation-table.ts'

/** One request on its way to an answer. */
export interface Call {
  readonly request: RequestEnvelope
  readonly context: RequestContext
  readonly controller: AbortController
  /** False once it is answered: what its handler still tells counts for nothing. */
  isOpen: boolean
  isUntrusted: boolean
  /** How many questions wait for a person. */
  openInteractions: number
}

export interface HandlerContextOptions {
  readonly notifier: Notifier
  readonly clock: Clock
  /** Whether chunks are checked against their schema. */
  readonly checkChunks: boolean
  /** Told when the caller's listener fails. */
  readonly onError: (thrown: unknown, request: RequestEnvelope) => void
}

/** What the handler of a call is given. Its functions may be taken apart: none needs `this`. */
export function createHandlerContext(
  call: Call,
  row: OperationRow,
  { notifier, clock, checkChunks, onError }: HandlerContextOptions,
): HandlerContext<Record<string, Schema>> {
  const { request, context, controller } = call
  const { sessionId } = context

  function tell(type: 'progress' | 'chunk', data: Readonly<Record<string, unknown>>): void {
    if (context.onEvent === undefined || !call.isOpen) return
    try {
      context.onEvent({ type, data: { requestId: request.id, ...data } })
    } catch (thrown) {
      onError(thrown, request)
    }
  }

  return {
    request,
    signal: controller.signal,
    deadline: context.deadline,
    sessionId,
    principal: context.principal,
    progress: (progress) => tell('progress', { ...progress }),
    chunk(chunk) {
      const schema = checkChunks ? row.operation.chunk : undefined
      if (schema !== undefined) checkValue(`${row.label} chunk`, schema, chunk)
      tell('chunk', { chunk })
    },
    notify(type, data, options) {
      const own = sessionId === undefined ? [] : [sessionId]
      notifier.notify(type, data, options?.sessionIds ?? own)
    },
    async ask(question) {
      call.openInteractions++
      try {
        return await awaitInteraction(context.ask, question, { clock, signal: controller.signal })
      } finally {
        call.openInteractions--
      }
    },
    markUntrusted() {
      call.isUntrusted = true
    },
  }
}
