import type { Clock } from '@mcp/protocol'

import { cancelled, timedOut } from '../calls/responses.ts'
import type { Stage } from './stage.ts'

/**
 * Returns the stage that refuses a request whose deadline has passed, or whose call has ended while
 * it waited. Later stages need not check: the call itself ends at its deadline.
 */
export function deadline(clock: Clock): Stage {
  return (next) => (request, context, call, destination) => {
    if (context.deadline <= clock.now()) return timedOut(request, destination.operation)
    return call.isEnded ? cancelled(request) : next(request, context, call, destination)
  }
}
