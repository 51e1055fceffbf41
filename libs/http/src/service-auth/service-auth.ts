import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import { serviceHeaders } from '../context-headers.ts'
import { createReplayGuard } from './replay-guard.ts'
import { isSameSecret } from './same-secret.ts'
import { createServiceMac } from './service-mac.ts'
import type { RequestHead } from '../service.ts'

/** A caller that is another process of this system. */
export interface InternalCaller {
  /** Value of the response header `mcp-service-proof`. Undefined if the request is not signed. */
  readonly proof: string | undefined
}

/**
 * Returns the internal caller of a request, or `undefined` if the caller is not internal. `path` is
 * the path of the route. Call it once per request, because a second check of a signature is treated
 * as a replay.
 */
export type IdentifyInternalCaller = (
  request: Pick<RequestHead, 'header' | 'peer'>,
  method: string,
  path: string,
) => InternalCaller | undefined

export interface ServiceAuthOptions {
  /** Name of this server. Callers include it in their signatures. */
  readonly audience: string
  /** Secret shared by the processes of this system. Default: none. */
  readonly serviceToken?: string | undefined
  /** Whether callers on this machine are internal if there is no token. Default: true. */
  readonly trustsLoopback?: boolean | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

const maxSkewMs = 60_000
const format = /^(\d{1,15})\.([\w-]{1,64})\.(\d{1,15})\.([\w-]{22})$/
const unsignedCaller: InternalCaller = { proof: undefined }

/**
 * Creates the function that identifies internal callers. With a service token, a caller is internal if
 * its request is signed. Without a token, a caller is internal if it is on this machine, sends no
 * header `Origin`, and `trustsLoopback` is true. A signature is valid once, and at most one minute
 * before or after the time that it contains.
 */
export function createServiceAuth(options: ServiceAuthOptions): IdentifyInternalCaller {
  const { audience, serviceToken = '', trustsLoopback = true, clock = systemClock } = options
  if (serviceToken === '') {
    // A web page in a browser on this machine is not internal. A browser adds `Origin` to every POST
    // and DELETE request of a page, and to every cross-site request whose response the page may read.
    return (request) =>
      trustsLoopback && request.peer.isLoopback === true && request.header('origin') === undefined
        ? unsignedCaller
        : undefined
  }
  const computeMac = createServiceMac(serviceToken)
  const replays = createReplayGuard()

  return (request, method, path) => {
    const [, time, signer, number, signature] =
      format.exec(request.header(serviceHeaders.signature) ?? '') ?? []
    if (signature === undefined || signer === undefined) return undefined
    const mac = computeMac(
      { method, path, header: (name) => request.header(name) },
      audience,
      `${time}.${signer}.${number}`,
    )
    if (!isSameSecret(signature, mac.signature)) return undefined
    if (Math.abs(clock.now() - Number(time)) > maxSkewMs) return undefined
    // This check is the last one, so that only signers with the service token take memory.
    return replays.accept(signer, Number(number)) ? { proof: mac.proof } : undefined
  }
}
