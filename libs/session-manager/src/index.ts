export { bearerAuthentication } from './http/authenticate.ts'
export type {
  Authenticate,
  BearerAuthenticationOptions,
  Credentials,
  Principal,
} from './http/authenticate.ts'
export type { SessionBodyLimits } from './http/bodies.ts'
export { createMemoryStore } from './store/memory/memory-store.ts'
export type { MemoryStoreOptions } from './store/memory/memory-store.ts'
export type { RequestDispatcher } from './requests/request-dispatcher.ts'
export type { Mount } from './http/router.ts'
export type { Session } from './sessions/session.ts'
export { createSessionManager } from './session-manager.ts'
export type {
  Caller,
  SessionManager,
  SessionManagerLimits,
  SessionManagerOptions,
} from './session-manager.ts'
export type { NewSessionOptions } from './sessions/sessions.ts'
export { createSignals } from './store/signals.ts'
export type { Signals } from './store/signals.ts'
export { expiryOf, isLive } from './store/store.ts'
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
} from './store/store.ts'
export { defaultStoreLimits } from './store/store-limits.ts'
export type { StoreLimits } from './store/store-limits.ts'
