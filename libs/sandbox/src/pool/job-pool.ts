import { createFairQueue } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import {
  jobCancelled,
  jobTimedOut,
  queueFull,
  sandboxClosed,
  workerExited,
  workerUnavailable,
} from '../job-errors.ts'
import type { JobMessage, JobResult } from '../messages.ts'
import { readJobResult } from '../messages.ts'
import type { JobOptions, ResolvedLimits } from '../sandbox-options.ts'
import { createCallerShares } from './caller-shares.ts'
import type { AssignJob } from './worker-set.ts'
import { createWorkerSet } from './worker-set.ts'

export interface JobPoolOptions extends ResolvedLimits {
  /** Path of the module that calls `serveJobs`. */
  readonly path: string
  readonly execArgv: readonly string[]
  readonly clock: Clock
}

/** Queues jobs and assigns them to workers. Jobs of different callers start in turn. */
export interface JobPool {
  run(message: JobMessage, options: JobOptions): Promise<unknown>
  close(): Promise<void>
}

interface Job {
  readonly callerKey: string
  readonly message: JobMessage
  readonly timeoutMs: number
  readonly resolve: (result: unknown) => void
  readonly reject: (error: McpError) => void
  /** Removes the job from the queue. Returns `false` if the queue does not contain the job any more. */
  leave: () => boolean
  /** Removes the abort listener and, if the job has started, stops its timer. */
  release: () => void
  /** Kills the worker that runs the job. */
  killWorker: () => void
}

/** Maximum size of the inputs of all waiting jobs; the jobs of one caller may use half of it. */
const maxWaitingBytes = 64 * 2 ** 20

/** Creates a pool. The workers are started by `run`. */
// It is a single function because all parts share the waiting and the running jobs.
// oxlint-disable-next-line max-lines-per-function
export function createJobPool(options: JobPoolOptions): JobPool {
  const { maxConcurrent, maxQueued, maxQueuedPerCaller, maxMemoryMb, idleTimeoutMs, clock } =
    options
  const waiting = createFairQueue<Job>({
    // The first `maxConcurrent` jobs of a caller are also in the queue until their workers have started.
    maxEntriesPerKey: maxConcurrent + maxQueuedPerCaller,
    maxSize: maxWaitingBytes,
    maxSizePerKey: maxWaitingBytes / 2,
  })
  const running = new Set<Job>()
  const shares = createCallerShares(maxConcurrent)
  let isClosed = false
  let stopIdleTimer = () => {}

  const workers = createWorkerSet({ ...options, onChange: advance })

  /** Assigns waiting jobs to idle workers, then starts workers for the jobs that still wait. */
  function advance(): void {
    stopIdleTimer()
    if (isClosed) return
    while (waiting.has(mayStart)) {
      const assign = workers.findIdle()
      const job = assign && waiting.take(mayStart)
      if (assign === undefined || job === undefined) break
      start(job, assign)
    }

    startWorkers()
    if (waiting.size + running.size === 0 && workers.alive() > 0) {
      stopIdleTimer = clock.after(idleTimeoutMs, () => void workers.stop())
    }
  }

  function mayStart(callerKey: string): boolean {
    if (!shares.mayStart(callerKey)) return false
    return workers.idle() > 1 || !shares.sparesLastWorker(callerKey)
  }

  /**
   * Starts the workers that jobs wait for. If jobs run but none waits for a worker, starts a spare worker.
   * Rejects all waiting jobs if no worker is alive and none can start.
   */
  function startWorkers(): void {
    const isWorkerAwaited = waiting.has((callerKey) => shares.mayStart(callerKey))
    // The idle workers remain idle if all waiting jobs belong to callers that leave the last worker to others.
    const spared = isWorkerAwaited && !waiting.has(mayStart) ? workers.idle() : 0
    // A spare worker would delay the workers that jobs wait for, so it starts only if no job waits.
    const spare = running.size + (running.size > 0 ? 1 : 0)
    const needed = Math.min(running.size + waiting.size, Math.max(maxConcurrent, running.size + 1))
    workers.grow(isWorkerAwaited ? needed + spared : spare, isWorkerAwaited)
    const failure = workers.failure()
    if (failure === undefined || workers.alive() > 0) return
    const error = workerUnavailable(failure.retryAt - clock.now(), failure.text)
    failWaiting(error)
  }

  function failWaiting(error: McpError): void {
    for (let job = waiting.take(); job !== undefined; job = waiting.take()) {
      shares.leave(job.callerKey)
      job.release()
      job.reject(error)
    }
  }

  function start(job: Job, assign: AssignJob): void {
    const { message, timeoutMs } = job
    const killWorker = assign(message, {
      onResult: (bytes) => settle(job, bytes),
      onExit: (exit) => fail(job, workerExited(message.job, exit, maxMemoryMb)),
    })
    const { release } = job
    const stopTimer = clock.after(timeoutMs, () => stop(job, jobTimedOut(message.job, timeoutMs)))
    job.killWorker = killWorker
    job.release = () => {
      stopTimer()
      release()
    }
    running.add(job)
    shares.start(job.callerKey)
  }

  /**
   * Removes a job that waits or runs. If `endsWorker` is true, a worker that runs the job cannot be used again.
   * Returns false if the job neither waits nor runs any more.
   */
  function remove(job: Job, endsWorker: boolean): boolean {
    if (running.delete(job)) shares.end(job.callerKey, endsWorker)
    else if (job.leave()) shares.leave(job.callerKey)
    else return false
    job.release()
    return true
  }

  function fail(job: Job, error: McpError): void {
    if (remove(job, true)) job.reject(error)
  }

  function stop(job: Job, error: McpError): void {
    fail(job, error)
    job.killWorker()
    advance()
  }

  function settle(job: Job, bytes: Uint8Array): void {
    if (remove(job, false)) settleWith(job, readJobResult(bytes))
  }

  return {
    run(message, { signal, callerKey = '', timeoutMs = options.timeoutMs }) {
      return new Promise((resolve, reject) => {
        if (isClosed) throw sandboxClosed()
        if (signal?.aborted === true) throw jobCancelled(message.job)
        if (waiting.size + running.size >= maxConcurrent + maxQueued) throw queueFull(waiting.size)

        const onAbort = () => stop(job, jobCancelled(message.job))
        const release = () => signal?.removeEventListener('abort', onAbort)
        const job: Job = {
          callerKey,
          message,
          timeoutMs,
          resolve,
          reject,
          leave: () => false,
          release,
          killWorker: () => {},
        }
        const leave = waiting.add(callerKey, job, message.input.byteLength)
        if (leave === undefined) throw queueFull(waiting.size)
        job.leave = leave
        shares.add(callerKey)
        signal?.addEventListener('abort', onAbort)
        advance()
      })
    },
    async close() {
      isClosed = true
      failWaiting(sandboxClosed())
      for (const job of Array.from(running)) stop(job, sandboxClosed())
      stopIdleTimer()
      await workers.stop()
    },
  }
}

function settleWith({ resolve, reject }: Job, result: JobResult): void {
  switch (result.type) {
    case 'value':
      return resolve(result.value)
    case 'mcp-error':
      return reject(McpError.fromBody(result.body))
    case 'crash':
      return reject(McpError.internal(new Error(result.text)))
  }
}
