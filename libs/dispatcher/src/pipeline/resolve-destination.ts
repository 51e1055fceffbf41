import type { ResponseEnvelope } from '@mcp/protocol'

import type { Registry } from '../routing/registry.ts'
import type { Handler, Stage } from './stage.ts'

/**
 * Returns the stage that finds the server and the operation of a request for all later stages. If no
 * server handles the request, the later stages still run, so that the request is authorized and counts
 * towards the rate limit before the error is returned.
 */
export function resolveDestination(registry: Registry): Stage {
  async function waitForDescriptions(
    pending: Promise<unknown>,
    next: Handler,
    ...[request, context, call]: Parameters<Handler>
  ): Promise<ResponseEnvelope> {
    await pending
    const destination = registry.resolve(request)
    call.destination = destination
    return next(request, context, call, destination)
  }

  return (next) => (request, context, call) => {
    const destination = registry.resolve(request)
    call.destination = destination
    // If no known server handles the request, the stage waits for servers without a description.
    const pending = destination.server === undefined ? registry.pending() : undefined
    return pending === undefined
      ? next(request, context, call, destination)
      : waitForDescriptions(pending, next, request, context, call, destination)
  }
}
