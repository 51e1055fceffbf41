import { McpError } from '@mcp/protocol'

import { contextHeaders } from '../context-headers.ts'

/** The part of a request that is signed. */
export interface SignedRequest {
  readonly method: string
  /** Path of the route, without the prefix of a mount and without a query. */
  readonly path: string
  /** Returns a header by its lower-case name. */
  header(this: void, name: string): string | undefined
}

/**
 * The two parts of the message authentication code (MAC) of one request. Only a process with the
 * service token can compute them.
 */
export interface ServiceMac {
  /** First part, sent with the request. */
  readonly signature: string
  /** Second part, expected with the response. It cannot be derived from the signature. */
  readonly proof: string
}

/**
 * Computes the MAC of a request to the server `audience`. `stamp` contains the time, the signer and the
 * number of the request.
 */
export type ComputeServiceMac = (
  request: SignedRequest,
  audience: string,
  stamp: string,
) => ServiceMac

/** The part of `node:crypto` that this file uses. Node, Bun and Deno have this module. */
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
// The MAC has 43 characters with 256 bits: 22 characters (132 bits) for the signature, and 21 (124
// bits) for the proof.
const signatureLength = 22

/**
 * Creates the function that computes MACs with HMAC-SHA-256. The function uses `node:crypto`, which is
 * synchronous. With the Web Crypto API, each request would need a promise and ten times the time.
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
    // No part of the text contains a line break, so two different requests never have the same text.
    let text = `mcp-service-1\n${request.method}\n${request.path}\n${audience}\n${stamp}`
    for (const name of signedHeaders) {
      const value = request.header(name)
      text += value === undefined ? '\n' : `\n=${value}`
    }
    const code = crypto.createHmac('sha256', serviceToken).update(text).digest('base64url')
    return { signature: code.slice(0, signatureLength), proof: code.slice(signatureLength) }
  }
}
