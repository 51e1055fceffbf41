import type { Clock } from '@mcp/protocol'
import { createId } from '@mcp/protocol'

import type { SignedRequest } from './service-mac.ts'
import { createServiceMac } from './service-mac.ts'

export interface ServiceSignerOptions {
  /** Secret shared by the processes of this system. */
  readonly serviceToken: string
  /** Name of the server that receives the requests. Another server refuses them. */
  readonly audience: string
  readonly clock: Clock
}

/** The signature of one request. */
export interface ServiceSignature {
  /** Value of the header `mcp-service-signature`. */
  readonly signature: string
  /** Value of the header `mcp-service-proof` in the response of a process with the token. */
  readonly proof: string
}

/** Signs a request. Each attempt needs its own signature. */
export type ServiceSigner = (request: SignedRequest) => ServiceSignature

/**
 * Creates the signer of the requests to one server. A signature is
 * `<time>.<signer>.<number>.<code>`: the code covers the method, the path, the server, the context
 * headers, the time and the number, but not the body. The service token itself is never sent.
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
