import type { Clock } from '@mcp/protocol'

/** Limits of a sandbox. Servers accept them as their option `sandbox`. */
export interface SandboxLimits {
  /**
   * Maximum number of jobs of one caller that run at the same time. The maximum of all callers together
   * is twice this number, so that slow jobs of one caller do not delay the others. Default: 2.
   */
  readonly maxConcurrent?: number | undefined
  /**
   * Maximum number of waiting jobs while `maxConcurrent` jobs run. While more jobs run, fewer jobs may wait.
   * Further jobs are rejected as `unavailable`. Default: 200.
   */
  readonly maxQueued?: number | undefined
  /**
   * Maximum number of waiting jobs of one caller, in addition to `maxConcurrent`. Default: half of `maxQueued`,
   * rounded up.
   */
  readonly maxQueuedPerCaller?: number | undefined
  /** Timeout of a job, in milliseconds, counted from its start. Default: 1,000. */
  readonly timeoutMs?: number | undefined
  /** Maximum growth of a worker's memory during its jobs, in MiB. Default: 256. */
  readonly maxMemoryMb?: number | undefined
  /** Maximum size of a serialized result, in bytes. Default: 4 MiB. */
  readonly maxResultBytes?: number | undefined
  /** Timeout for a worker to load its module, in milliseconds. Default: 30,000. */
  readonly startTimeoutMs?: number | undefined
  /** Time without a job after which all workers are stopped, in milliseconds. Default: 30,000. */
  readonly idleTimeoutMs?: number | undefined
}

export interface SandboxOptions extends SandboxLimits {
  /**
   * File URL of the module that runs in the workers and calls `serveJobs`, or a function that returns
   * the URL. The sandbox calls the function before the first job. Example:
   * `() => import.meta.resolve('my-package/worker')`.
   */
  readonly worker: string | URL | (() => string | URL)
  /** Limits that take precedence over these options, such as the limits that a user passed to your server. */
  readonly overrides?: SandboxLimits | undefined
  /** Further flags for Node in the workers, such as `--allow-fs-write=/data`. Default: none. */
  readonly execArgv?: readonly string[] | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** Options of one job. */
export interface JobOptions {
  /** Cancels the job while it waits or runs. `run` then rejects with `cancelled`. */
  readonly signal?: AbortSignal | undefined
  /**
   * Identifies the caller, such as `callerKey` of a handler's context. Jobs of different callers start
   * in turn.
   */
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

/** Returns the effective limits. For each limit, an override takes precedence over the option and the default. */
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
