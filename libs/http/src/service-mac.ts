import { McpError } from '@mcp/protocol'

import { contextHeaders } from './context-headers.ts'

/** The part of a request that is signed. */
export interface SignedRequest {
  readonly method: string
  /** Path of the route, without the prefix of a mount and without a query. */
  readonly path: string
  /** Returns a header by its lower-case name. */
  header(name: string): string | undefined
}

/** The two halves of the code of one request. Only a process with the service token can compute them. */
export interface ServiceMac {
  /** Sent with the request. */
  readonly signature: string
  /** Expected with the response. It cannot be derived from the signature. */
  readonly proof: string
}

/** Computes the code of a request to the server `audience`, at the time and with the number in `stamp`. */
export type ComputeServiceMac = (
  request: SignedRequest,
  audience: string,
  stamp: string,
) => ServiceMac

/** The part of `node:crypto` that is used. Node, Bun and Deno have it. */
interface NodeCrypto {
  createHmac(
    algorithm: 'sha256',
    key: string,
  ): { update(data: string): { digest(encoding: 'base64url'): string } }
}

// Declared here because this package is compiled without the types of Node.
declare const process:
  | { readonly getBuiltinModule?: (id: 'node:crypto') => NodeCrypto | undefined }
  | undefined

const signedHeaders = Object.values(contextHeaders)
// 22 of the 43 characters: 132 bits for the signature, 126 for the proof.
const signatureLength = 22

/**
 * Creates the function that computes codes with HMAC-SHA-256. It is synchronous, since the Web Crypto
 * API would cost each request a promise and ten times the time.
 *
 * @throws McpError `unavailable` on a runtime without `node:crypto`.
 */
export function createServiceMac(serviceToken: string): ComputeServiceMac {
  const crypto =
    typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:crypto')
  if (crypto === undefined) {
    throw new McpError(
      'unavailable',
      'A service token needs "node:crypto", which this runtime does not have. Use Node, Bun or Deno, or no token.',
      { retryable: false },
    )
  }

  return (request, audience, stamp) => {
    // No part contains a line break, so that two requests never have the same text.
    let text = `mcp-service-1\n${request.method}\n${request.path}\n${audience}\n${stamp}`
    for (const name of signedHeaders) {
      const value = request.header(name)
      text += value === undefined ? '\n' : `\n=${value}`
    }
    const code = crypto.createHmac('sha256', serviceToken).update(text).digest('base64url')
    return { signature: code.slice(0, signatureLength), proof: code.slice(signatureLength) }
  }
}
