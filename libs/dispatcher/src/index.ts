export type { BreakerOptions } from './pipeline/circuit-breaker.ts'
export type { RemoteOptions } from './remote/create-remote.ts'
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
export type { Authorize } from './pipeline/pipeline.ts'
export type { ConcurrencyOptions } from './pipeline/concurrency.ts'
export type { RateLimiter, RateLimitOptions } from './pipeline/rate-limit.ts'
export type { NotificationListener, Servers } from './routing/registry.ts'
export { remoteServer } from './remote/remote-server.ts'
export type { RemoteServerOptions } from './remote/remote-server.ts'
export type { ReplicatedServer } from './routing/replica-set.ts'
export type { RetryOptions } from './pipeline/retry.ts'
export type { ServerListing } from './routing/server-entry.ts'
export { transportFaultResponse } from './calls/transport-fault.ts'
export type { TransportFault } from './calls/transport-fault.ts'
