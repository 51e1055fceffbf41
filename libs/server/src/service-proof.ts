import { McpError } from '@mcp/protocol'

/** The headers by which a server shows that it holds the service token, without sending it. */
export const proofHeaders = {
  challenge: 'mcp-service-challenge',
  proof: 'mcp-service-proof',
} as const

const longestChallenge = 256

/**
 * The proof for a caller's challenge: its HMAC-SHA256 under the service token, in hexadecimal.
 *
 * @throws McpError `invalid-request` for a challenge that is empty or too long.
 */
export async function proveService(serviceToken: string, challenge: string): Promise<string> {
  if (challenge === '' || challenge.length > longestChallenge) {
    throw new McpError(
      'invalid-request',
      `The header ${proofHeaders.challenge} must be 1 to ${longestChallenge} characters.`,
      { details: { header: proofHeaders.challenge } },
    )
  }
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const secret = encoder.encode(serviceToken)
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, encoder.encode(challenge))
  return Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
}
