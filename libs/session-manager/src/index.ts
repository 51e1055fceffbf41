export type {
  AdministrationCaller,
  ServerAdministration,
} from './administration/server-administration.ts'
export { bearerAuthentication } from '@mcp/http'
export type { Authenticate, BearerAuthenticationOptions, Credentials, Principal } from '@mcp/http'
export type { SessionBodyLimits } from './http/body-schemas.ts'
export type { EventEncoding } from './events/event-stream.ts'
export type { Mount } from './http/mount.ts'
export type { CatalogueCaller, RequestDispatcher } from './request-dispatcher.ts'
export { createSessionManager } from './session-manager.ts'
export type {
  SessionManager,
  SessionManagerLimits,
  SessionManagerOptions,
} from './session-manager.ts'
export type { Caller, HandleOptions, OpenStreamOptions, SessionMethods } from './session-methods.ts'
export type { Session } from './sessions/session.ts'
export type { NewSessionOptions } from './sessions/sessions.ts'
export type { EventPage, EventStore, NewEvent, StoredEvent } from './store/event-store.ts'
export { isResolution } from './store/interaction-store.ts'
export type { InteractionStore, Resolution, StoredInteraction } from './store/interaction-store.ts'
export { createMemoryStores, createSharedMemoryStores } from './store/memory/memory-stores.ts'
export type { MemoryStoresOptions, SharedMemoryStores } from './store/memory/memory-stores.ts'
export { countEventsOfPage } from './store/event-page-length.ts'
export {
  advanceNumbered,
  newEventsFrom,
  numberedPage,
  positionOfCursor,
} from './store/numbered-events.ts'
export type { NumberedEvent } from './store/numbered-events.ts'
export type {
  Claim,
  ClaimedRequest,
  ClaimResult,
  ResponseStore,
  StoredResponse,
} from './store/response-store.ts'
export {
  createIndexedSession,
  createSessionIndex,
  invalidCursor,
  limitReached,
  maxSessionPageLength,
  restoreIndexedSession,
} from './store/session-index.ts'
export type { EndedRequest } from './requests/ended-request.ts'
export type { IndexedSession, SessionIndex } from './store/session-index.ts'
export { expiryOf, isLive, sweepSliceMs } from './store/session-store.ts'
export type {
  EndedSession,
  EndReason,
  NewSession,
  SessionPage,
  SessionStore,
  StoredSession,
  Sweep,
} from './store/session-store.ts'
export { createSignalBus } from './store/signal-bus.ts'
export type { Signal, SignalBus, Subscription } from './store/signal-bus.ts'
export { isStoreFailure, storeFailure } from './store/store-failure.ts'
export type { StoreFailureOptions } from './store/store-failure.ts'
export {
  assertNotificationSize,
  defaultStoreLimits,
  entryOverheadBytes,
} from './store/store-limits.ts'
export type { StoreLimits } from './store/store-limits.ts'
export { moveStores } from './store/transfer/move-stores.ts'
export type {
  ImportingStores,
  MovedStores,
  MoveStoresOptions,
} from './store/transfer/move-stores.ts'
export type {
  EarlierImport,
  ImportState,
  RecordCounts,
  SkippedPositions,
  StoreExport,
  StoreImport,
  StoreRecord,
} from './store/transfer/store-transfer.ts'
export type { StoreHealth, Stores } from './store/stores.ts'
