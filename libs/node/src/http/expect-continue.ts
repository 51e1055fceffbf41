import type { IncomingMessage, ServerResponse } from 'node:http'

const waiting = new WeakSet<IncomingMessage>()

/** Marks a request whose caller sends the body only after `100 Continue`. */
export function deferContinue(request: IncomingMessage): void {
  waiting.add(request)
}

/** Sends `100 Continue` for a deferred request. Call it immediately before the body is read. */
export function sendContinue(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.expect !== undefined && waiting.delete(request)) response.writeContinue()
}
