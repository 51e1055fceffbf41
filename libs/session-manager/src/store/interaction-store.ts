import type { InteractionRequest, MaybePromise } from '@mcp/protocol'

/** An elicitation, an approval or another interaction that waits for a user's response. */
export interface StoredInteraction extends Omit<InteractionRequest, 'key' | 'timeoutMs'> {
  readonly id: string
  readonly requestId: string
  readonly expiresAt: number
}

/** The end of an interaction. */
export interface Resolution {
  readonly action: 'accept' | 'decline' | 'cancel' | 'expire'
  readonly content?: Readonly<Record<string, unknown>> | undefined
}

/** Interactions that wait for a user. Contract suite: `itIsAnInteractionStore`. */
export interface InteractionStore {
  /** Stores an interaction until the session ends, or until `responseTtlMs` after its expiry. */
  add(sessionId: string, interaction: StoredInteraction): MaybePromise<void>
  /**
   * Resolves an interaction once and publishes `resolved`. Returns the interaction if this call resolved it, or
   * the resolution of an earlier call. Returns `undefined` if the interaction is unknown or was deleted.
   */
  resolve(
    sessionId: string,
    interactionId: string,
    resolution: Resolution,
  ): MaybePromise<StoredInteraction | Resolution | undefined>
  /** Returns a pending interaction, the resolution of one that was resolved, or `undefined`. */
  read(
    sessionId: string,
    interactionId: string,
  ): MaybePromise<StoredInteraction | Resolution | undefined>
}

/** Returns whether a result of the store is the resolution of an interaction that is not pending. */
export function isResolution(found: StoredInteraction | Resolution): found is Resolution {
  return 'action' in found
}
