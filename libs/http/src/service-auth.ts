import { contextHeaders } from './context-headers.ts'
import { isSameSecret } from './same-secret.ts'
import type { RawRequest } from './service.ts'

/** Whether a request comes from a process of this system. */
export type IsInternalCaller = (request: Pick<RawRequest, 'header' | 'peer'>) => boolean

export interface ServiceAuthOptions {
  /** The secret that the processes of this system show one another. Default: none. */
  readonly serviceToken?: string | undefined
  /** Whether, where there is no token, being on this machine is enough. Default: true. */
  readonly trustsLoopback?: boolean | undefined
}

/** By the service token where there is one, else by being on this machine. */
export function createServiceAuth({
  serviceToken,
  trustsLoopback = true,
}: ServiceAuthOptions = {}): IsInternalCaller {
  if (serviceToken === undefined || serviceToken === '') {
    // A page in a browser on this machine is no process of ours, and a browser names its origin.
    return (request) =>
      trustsLoopback && request.peer.isLoopback === true && request.header('origin') === undefined
  }
  return (request) => {
    const given = request.header(contextHeaders.serviceToken)
    return given !== undefined && isSameSecret(given, serviceToken)
  }
}
