import { contextHeaders } from './context-headers.ts'
import { isSameSecret } from './same-secret.ts'
import type { RawRequest } from './service.ts'

/** Returns whether a request comes from another process of this system. */
export type IsInternalCaller = (request: Pick<RawRequest, 'header' | 'peer'>) => boolean

export interface ServiceAuthOptions {
  /** Secret shared by the processes of this system. Default: none. */
  readonly serviceToken?: string | undefined
  /** Whether callers on this machine are internal if there is no token. Default: true. */
  readonly trustsLoopback?: boolean | undefined
}

/** Creates the check: by the service token if there is one, otherwise by the loopback address. */
export function createServiceAuth({
  serviceToken,
  trustsLoopback = true,
}: ServiceAuthOptions = {}): IsInternalCaller {
  if (serviceToken === undefined || serviceToken === '') {
    // A website open in a browser on this machine is not internal; browsers send an Origin.
    return (request) =>
      trustsLoopback && request.peer.isLoopback === true && request.header('origin') === undefined
  }
  return (request) => {
    const token = request.header(contextHeaders.serviceToken)
    return token !== undefined && isSameSecret(token, serviceToken)
  }
}
