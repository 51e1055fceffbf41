import type { Clock } from '@mcp/protocol'
import { createId } from '@mcp/protocol'

import type { SignedRequest } from './service-mac.ts'
import { createServiceMac } from './service-mac.ts'

export interface ServiceSignerOptions {
  /** Secret shared by the processes of this system. */
  readonly serviceToken: string
  /** Name of the server that receives the requests. A server with another name refuses them. */
  readonly audience: string
  readonly clock: Clock
}

/** The signature of one request. */
export interface ServiceSignature {
  /** Value of the header `mcp-service-signature`. */
  readonly signature: string
  /** Value that the response must have in the header `mcp-service-proof`. */
  readonly proof: string
}

/** Signs a request. A repeated request needs a new signature. */
export type ServiceSigner = (request: SignedRequest) => ServiceSignature

/**
 * Creates the signer of the requests to one server. A signature has the format
 * `<time>.<signer>.<number>.<code>`. The code is computed from the method, the path, the name of the
 * server, the context headers, the time, the signer and the number, but not from the body. The
 * service token itself is never sent.
 *
 * @example
 * const sign = createServiceSigner({ serviceToken, audience: 'session-manager', clock: systemClock })
 * const { signature } = sign({ method: 'POST', path: '/notifications', header: () => undefined })
 */
export function createServiceSigner(options: ServiceSignerOptions): ServiceSigner {
  const { serviceToken, audience, clock } = options
  const computeMac = createServiceMac(serviceToken)
  const signer = createId('signer')
  let count = 0

  return (request) => {
    const stamp = `${clock.now()}.${signer}.${++count}`
    const { signature, proof } = computeMac(request, audience, stamp)
    return { signature: `${stamp}.${signature}`, proof }
  }
}
