import type { MaybePromise } from '@mcp/protocol'

import type { InFlightRequest } from './in-flight-requests.ts'
import type { SettledResponse } from './settled-response.ts'

/** The response to a request in flight, or a response that was recorded earlier. */
export type PendingResponse = Pick<InFlightRequest, 'response' | 'waiters' | 'events'>

/** Returns the response. Returns a promise only if the response is not available yet. Never rejects. */
export function responseOf(pending: PendingResponse): MaybePromise<SettledResponse> {
  return (
    pending.response ??
    new Promise((resolve) => {
      pending.waiters ??= []
      pending.waiters.push(resolve)
    })
  )
}
