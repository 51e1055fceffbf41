import type { Clock } from '@mcp/protocol'

/** Limits of a sandbox. Servers accept them as their option `sandbox`. */
export interface SandboxLimits {
  /**
   * Maximum number of jobs of one caller that run at the same time. Twice as many run in all, so that
   * the slow jobs of one caller do not keep another waiting. Default: 2.
   */
  readonly maxConcurrent?: number | undefined
  /** Maximum number of waiting jobs. Further ones are rejected as `unavailable`. Default: 200. */
  readonly maxQueued?: number | undefined
  /** Maximum number of waiting jobs of one caller. Default: half of `maxQueued`. */
  readonly maxQueuedPerCaller?: number | undefined
  /** Timeout of a job, in milliseconds, counted from its start. Default: 1,000. */
  readonly timeoutMs?: number | undefined
  /** Maximum memory of any kind that a job may allocate, in MiB. Default: 256. */
  readonly maxMemoryMb?: number | undefined
  /** Maximum size of a serialized result, in bytes. Default: 4 MiB. */
  readonly maxResultBytes?: number | undefined
  /** Timeout for a worker to load its module, in milliseconds. Default: 30,000. */
  readonly startTimeoutMs?: number | undefined
  /** Milliseconds without a job after which all workers are stopped. Default: 30,000. */
  readonly idleTimeoutMs?: number | undefined
}

export interface SandboxOptions extends SandboxLimits {
  /**
   * The module that runs in the workers and calls `serveJobs`, as a file URL. A function is called
   * before the first job: `() => import.meta.resolve('my-package/worker')`.
   */
  readonly worker: string | URL | (() => string | URL)
  /** Limits that replace those beside it, if set: what a user passed to your server. */
  readonly overrides?: SandboxLimits | undefined
  /** Further flags for Node in the workers, such as `--allow-fs-write=/data`. Default: none. */
  readonly execArgv?: readonly string[] | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** Options of one job. */
export interface JobOptions {
  /** Cancels the job, whether it waits or runs; `run` rejects with `cancelled`. */
  readonly signal?: AbortSignal | undefined
  /** Identifies the caller, such as `callerKey` of a handler's context. Callers take turns. */
  readonly callerKey?: string | undefined
  /** Replaces the sandbox's `timeoutMs` for this job. */
  readonly timeoutMs?: number | undefined
}

/** Limits with their defaults filled in. */
export type ResolvedLimits = Readonly<Record<keyof SandboxLimits, number>>

const defaultLimits = {
  maxConcurrent: 2,
  maxQueued: 200,
  timeoutMs: 1_000,
  maxMemoryMb: 256,
  maxResultBytes: 4 * 2 ** 20,
  startTimeoutMs: 30_000,
  idleTimeoutMs: 30_000,
} as const

/** Returns the limits in effect: the override, else the option, else the default of each. */
export function resolveLimits(options: SandboxOptions): ResolvedLimits {
  const set = (name: keyof SandboxLimits) => options.overrides?.[name] ?? options[name]
  const resolve = (name: keyof typeof defaultLimits): number => set(name) ?? defaultLimits[name]
  const maxQueued = resolve('maxQueued')
  return {
    maxConcurrent: resolve('maxConcurrent'),
    maxQueued,
    maxQueuedPerCaller: set('maxQueuedPerCaller') ?? Math.ceil(maxQueued / 2),
    timeoutMs: resolve('timeoutMs'),
    maxMemoryMb: resolve('maxMemoryMb'),
    maxResultBytes: resolve('maxResultBytes'),
    startTimeoutMs: resolve('startTimeoutMs'),
    idleTimeoutMs: resolve('idleTimeoutMs'),
  }
}
