export type { BreakerOptions } from './circuit-breaker.ts'
export type { RemoteOptions } from './create-remote.ts'
export { createDispatchService } from './dispatch-service.ts'
export type { Caller, DispatchServiceOptions } from './dispatch-service.ts'
export { createDispatcher } from './dispatcher.ts'
export type {
  Dispatcher,
  DispatcherHealth,
  DispatcherOptions,
  Middleware,
  Next,
} from './dispatcher.ts'
export type { Authorize } from './guard.ts'
export type { ConcurrencyOptions } from './lane.ts'
export type { RateLimiter, RateLimitOptions } from './rate-limit.ts'
export type { NotificationListener, Servers } from './registry.ts'
export { remoteServer } from './remote-server.ts'
export type { RemoteServerOptions } from './remote-server.ts'
export type { ReplicatedServer } from './replica-set.ts'
export type { RetryOptions } from './retry.ts'
export type { ServerListing } from './server-entry.ts'
export { transportFaultResponse } from './transport-fault.ts'
export type { TransportFault } from './transport-fault.ts'
