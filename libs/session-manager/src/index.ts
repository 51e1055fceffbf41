export { bearerAuthentication } from './authenticate.ts'
export type {
  Authenticate,
  BearerAuthenticationOptions,
  Credentials,
  Principal,
} from './authenticate.ts'
export type { BodyLimits } from './bodies.ts'
export { createMemoryStore } from './memory-store.ts'
export type { MemoryStoreOptions } from './memory-store.ts'
export type { RequestDispatcher } from './request-dispatcher.ts'
export type { Mount } from './router.ts'
export type { Session } from './session.ts'
export { createSessionManager } from './session-manager.ts'
export type {
  Caller,
  SessionManager,
  SessionManagerLimits,
  SessionManagerOptions,
} from './session-manager.ts'
export type { NewSessionOptions } from './sessions.ts'
export { createSignals } from './signals.ts'
export type { Signals } from './signals.ts'
export { expiryOf, isLive } from './store.ts'
export type {
  Claim,
  ClaimOutcome,
  EndReason,
  EndedSession,
  EventPage,
  NewEvent,
  NewSession,
  Resolution,
  SessionPage,
  Signal,
  Store,
  StoredAnswer,
  StoredEvent,
  StoredInteraction,
  StoredSession,
} from './store.ts'
export { defaultStoreLimits } from './store-limits.ts'
export type { StoreLimits } from './store-limits.ts'
