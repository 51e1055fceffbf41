import type { RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'

import type { Call } from '../calls/call.ts'
import { onCallEnd } from '../calls/call.ts'
import { cancelled, errorResponse } from '../calls/responses.ts'
import type { ServerEntry } from '../routing/server-entry.ts'
import type { Handler, Stage } from './stage.ts'

/**
 * The stage that limits the concurrent calls of each server. Each call needs a permit of its server.
 * Additional calls wait in a queue, and callers receive permits in turn. The permit of a call is
 * released when the call ends, even if the server is still processing the request.
 */
export const concurrency: Stage = (next) => (request, context, call, destination) => {
  const { server } = destination
  if (server === undefined) return next(request, context, call, destination)
  if (server.semaphore.tryAcquire(call.callerKey)) {
    onCallEnd(call, server.releasePermit)
    return next(request, context, call, destination)
  }
  const permit = waitForPermit(server, call)
  return permit === undefined
    ? overloaded(request, server.name)
    : continueWith(permit, next, request, context, call, destination)
}

async function continueWith(
  permit: Promise<boolean>,
  next: Handler,
  ...[request, context, call, destination]: Parameters<Handler>
): Promise<ResponseEnvelope> {
  return (await permit) ? next(request, context, call, destination) : cancelled(request)
}

/**
 * Waits for a permit. Resolves with true if the call receives a permit, and with false if the call
 * ends first. Returns undefined if the queue is full.
 */
function waitForPermit(server: ServerEntry, call: Call): Promise<boolean> | undefined {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const dequeue = server.semaphore.enqueue(() => {
    onCallEnd(call, server.releasePermit)
    resolve(true)
  }, call.callerKey)
  if (dequeue === undefined) return undefined
  onCallEnd(call, () => {
    if (dequeue()) resolve(false)
  })
  return promise
}

function overloaded(request: RequestEnvelope, server: string): ResponseEnvelope {
  const message = `The queue of the server "${server}" is full. Retry later.`
  const details = { reason: 'overloaded', server, retryAfterMs: 1000 }
  return errorResponse(request, 'unavailable', message, { details })
}
