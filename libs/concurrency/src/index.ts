export { abortable, delay } from './abortable.ts'
export { backoffMs } from './backoff.ts'
export type { BackoffOptions } from './backoff.ts'
export { chain } from './chain.ts'
export { createFairQueue } from './fair-queue.ts'
export type { FairQueue, FairQueueOptions } from './fair-queue.ts'
export { createKeyedLock } from './keyed-lock.ts'
export type { KeyedLock } from './keyed-lock.ts'
export { createLazy } from './lazy.ts'
export type { Lazy } from './lazy.ts'
export { createListeners } from './listeners.ts'
export type { Listener, Listeners, ListenersOptions } from './listeners.ts'
export { createRateLimiter, rateLimited, takeAllowance } from './rate-limiter.ts'
export type { MemoryRateLimiter, RateLimiter, RateLimitOptions } from './rate-limiter.ts'
export { createReplicaCalls } from './replicas/replica-calls.ts'
export type {
  AcceptedCall,
  IncomingCall,
  ReplicaCallOptions,
  ReplicaCalls,
  ReplicaCallsOptions,
  ReplicaHandler,
} from './replicas/replica-calls.ts'
export type {
  ReplicaChannel,
  ReplicaSubscriber,
  ReplicaSubscription,
} from './replicas/replica-channel.ts'
export { createSemaphore } from './semaphore.ts'
export type { Semaphore, SemaphoreOptions } from './semaphore.ts'
export { createTimeSlice } from './time-slice.ts'
export type { TimeSlice } from './time-slice.ts'
