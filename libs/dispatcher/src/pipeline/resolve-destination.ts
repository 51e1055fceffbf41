import type { ResponseEnvelope } from '@mcp/protocol'

import type { Registry } from '../routing/registry.ts'
import type { Handler, Stage } from './stage.ts'

/**
 * Returns the stage that resolves the server and the operation of a request for all later stages. A
 * request without a server continues, so that it is authorized and counted like any other before its
 * error is returned.
 */
export function resolveDestination(registry: Registry): Stage {
  async function waitForDescriptions(
    pending: Promise<unknown>,
    next: Handler,
    ...[request, context, call]: Parameters<Handler>
  ): Promise<ResponseEnvelope> {
    await pending
    return next(request, context, call, registry.resolve(request))
  }

  return (next) => (request, context, call) => {
    const destination = registry.resolve(request)
    // A server that has not described itself yet may handle the request.
    const pending = destination.server === undefined ? registry.pending() : undefined
    return pending === undefined
      ? next(request, context, call, destination)
      : waitForDescriptions(pending, next, request, context, call, destination)
  }
}
