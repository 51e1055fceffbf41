import type { EnvelopeMetadata } from '@mcp/protocol'

/**
 * Returns the envelope without the session and the principal that its metadata claims. Only the
 * process that resolved the session and authenticated the caller may state either of them, and it
 * does so beside the envelope; a claim inside it could be written by any client.
 *
 * An envelope without claims is returned as it is, so that a hop that compares the two can pass on
 * the bytes it received.
 */
export function withoutCallerClaims<Envelope extends { readonly metadata: EnvelopeMetadata }>(
  envelope: Envelope,
): Envelope {
  const { metadata } = envelope
  // Tested first, because copying the metadata of every request costs more than the test.
  if (metadata.sessionId === undefined && metadata.principal === undefined) return envelope
  const { sessionId: _session, principal: _principal, ...unclaimed } = metadata
  return { ...envelope, metadata: unclaimed }
}
