import type { Clock } from '@mcp/protocol'

import { cancelled, timedOut } from '../calls/responses.ts'
import type { Stage } from './stage.ts'

/**
 * Returns the stage that refuses a request if its deadline has passed, or if its call has ended during
 * an earlier stage. Later stages do not check the deadline, because every call ends at its deadline.
 */
export function deadline(clock: Clock): Stage {
  return (next) => (request, context, call, destination) => {
    if (context.deadline <= clock.now()) return timedOut(request, destination.operation)
    return call.isEnded ? cancelled(request) : next(request, context, call, destination)
  }
}
