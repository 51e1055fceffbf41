import { shortenSessionId } from '@mcp/http'
import type { MaybePromise, RequestContext, ResponseEnvelope } from '@mcp/protocol'
import { inRequestSpan, isTracing } from '@mcp/telemetry'

import type { RequestDispatcher } from '../request-dispatcher.ts'
import type { InFlightRequest } from './in-flight-requests.ts'

/**
 * Dispatches a request, within a span if a tracer is registered. The attributes contain a shortened session id,
 * because the whole id grants access to the session.
 */
export function dispatchEntry(
  dispatcher: Pick<RequestDispatcher, 'dispatch'>,
  { request, sessionId, ticket }: InFlightRequest,
  context: Partial<RequestContext>,
): MaybePromise<ResponseEnvelope> {
  if (!isTracing()) return dispatcher.dispatch(request, context)
  const attributes = {
    'mcp.request.id': request.id,
    'mcp.session.id': shortenSessionId(sessionId),
    'mcp.request.recorded': ticket !== undefined,
  }
  return inRequestSpan('session request', { attributes, parent: context.trace }, (span) =>
    dispatcher.dispatch(request, { ...context, trace: span?.trace ?? context.trace }),
  )
}
