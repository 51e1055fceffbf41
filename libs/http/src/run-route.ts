import type { MaybePromise } from '@mcp/protocol'

import type { RawHandler, RawRequest, RawResponse, RawRoute } from './service.ts'

/** Runs a {@link RawRoute} on a host that has already read the body, such as a serverless platform. */
export function runRoute(route: RawRoute, request: RawRequest): MaybePromise<RawResponse> {
  const finish = (admitted: RawHandler | RawResponse): MaybePromise<RawResponse> =>
    typeof admitted === 'function' ? admitted(request) : admitted
  const admitted = route(request)
  return admitted instanceof Promise ? admitted.then(finish) : finish(admitted)
}
