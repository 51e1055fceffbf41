import type { EnvelopeMetadata } from '@mcp/protocol'

/**
 * Returns the envelope without the `sessionId` and the `principal` in its metadata, because any client can
 * write them. The process that has authenticated the caller passes on both outside the envelope.
 *
 * If the metadata contains neither field, the result is the same object. A caller of this function can then
 * compare the objects, and pass on the received bytes if the envelope was not changed.
 */
export function withoutCallerClaims<Envelope extends { readonly metadata: EnvelopeMetadata }>(
  envelope: Envelope,
): Envelope {
  const { metadata } = envelope
  // Most envelopes return here. Copying the metadata of every request would cost more than this test.
  if (metadata.sessionId === undefined && metadata.principal === undefined) return envelope
  const { sessionId: _session, principal: _principal, ...unclaimed } = metadata
  return { ...envelope, metadata: unclaimed }
}
