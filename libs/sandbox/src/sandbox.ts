import { fileURLToPath } from 'node:url'
import { serialize } from 'node:v8'

import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'

import {
  cancelled,
  cannotStart,
  closed,
  notCloneable,
  queueFull,
  timedOut,
  workerEnded,
} from './job-errors.ts'
import type { JobMessage } from './messages.ts'
import { readAnswer } from './messages.ts'
import { createWorkerSet } from './worker-set.ts'

export interface SandboxOptions {
  /**
   * The module that runs in the workers and calls `serveJobs`: a file URL, such as
   * `import.meta.resolve('@mcp/server-tools/worker')`.
   */
  worker: string | URL
  /** How many jobs run at once. Default: 2 */
  size?: number | undefined
  /** How many jobs may wait; one more is refused as `unavailable`. Default: 100 */
  queue?: number | undefined
  /** How long a job may take once it has started, in milliseconds. Default: 1_000 */
  timeoutMs?: number | undefined
  /** How much memory of any kind a job may take, in MiB. Default: 256 */
  memoryMb?: number | undefined
  /** How large a result may be, in bytes as it crosses. Default: 4 MiB */
  maxResultBytes?: number | undefined
  /** How long a worker may take to load its module, in milliseconds. Default: 30_000 */
  startTimeoutMs?: number | undefined
  /** After how many milliseconds without a job all workers are stopped. Default: 30_000 */
  idleMs?: number | undefined
  /** More flags for the workers' Node, such as `--allow-fs-write=/data`. Default: none */
  execArgv?: readonly string[] | undefined
  /** Replaces the system clock in tests. */
  clock?: Clock | undefined
}

export interface JobOptions {
  /** Ends the job, waiting or running; `run` rejects with `cancelled`. */
  signal?: AbortSignal | undefined
  /** Replaces the sandbox's `timeoutMs` for this job. */
  timeoutMs?: number | undefined
}

/** Runs jobs where they can neither block nor break the calling process. */
export interface Sandbox {
  /** Runs the job of that name. Input and result are copied, as `structuredClone` would. */
  run(job: string, input: unknown, options?: JobOptions): Promise<unknown>
  /** Ends every job with `unavailable`, and resolves when the last worker has ended. */
  close(): Promise<void>
}

interface Job {
  readonly message: JobMessage
  readonly timeoutMs: number
  readonly resolve: (result: unknown) => void
  readonly reject: (error: McpError) => void
  /** Lets go of the signal and, once it runs, of the timer. */
  release: () => void
  /** Ends the worker that runs it. */
  stopWorker: () => void
}

/**
 * Creates a sandbox. Nothing is started before the first job.
 *
 * @example
 * const sandbox = createSandbox({ worker: import.meta.resolve('@mcp/server-tools/worker') })
 * const result = await sandbox.run('evaluate', { expression: '2 + 2' })
 * await sandbox.close()
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  const {
    worker,
    size = 2,
    queue = 100,
    timeoutMs: defaultTimeoutMs = 1_000,
    memoryMb = 256,
    maxResultBytes = 4 * 2 ** 20,
    startTimeoutMs = 30_000,
    idleMs = 30_000,
    execArgv = [],
    clock = systemClock,
  } = options
  const waiting = new Set<Job>()
  const running = new Set<Job>()
  let isClosed = false
  let stopIdleTimer = () => {}

  const workers = createWorkerSet({
    path: workerPath(worker),
    execArgv,
    memoryMb,
    maxResultBytes,
    startTimeoutMs,
    clock,
    onChange: advance,
  })

  /** Starts what can be started: jobs on idle workers, then workers for the jobs that wait. */
  function advance(): void {
    stopIdleTimer()
    if (isClosed) return
    for (const job of waiting) {
      if (running.size >= size || !begin(job)) break
    }

    // The spare comes once nobody waits, so that it does not slow down the start of those needed.
    const spare = running.size > 0 && waiting.size === 0 ? 1 : 0
    workers.grow(Math.min(size, running.size + waiting.size) + spare, waiting.size > 0)

    const failure = workers.failure()
    if (failure !== undefined && workers.alive() === 0) {
      const error = cannotStart(failure.retryAt - clock.now(), failure.text)
      for (const job of waiting) fail(job, error)
    }
    if (waiting.size + running.size === 0 && workers.alive() > 0) {
      stopIdleTimer = clock.after(idleMs, () => void workers.stop())
    }
  }

  function begin(job: Job): boolean {
    const { message, timeoutMs } = job
    const stopWorker = workers.assign(message, {
      onAnswer: (bytes) => answer(job, bytes),
      onEnd: (end) => fail(job, workerEnded(message.job, end, memoryMb)),
    })
    if (stopWorker === undefined) return false

    const { release } = job
    const stopTimer = clock.after(timeoutMs, () => stop(job, timedOut(message.job, timeoutMs)))
    job.stopWorker = stopWorker
    job.release = () => {
      stopTimer()
      release()
    }
    waiting.delete(job)
    running.add(job)
    return true
  }

  /** Whether the job was still open. */
  function leave(job: Job): boolean {
    if (!waiting.delete(job) && !running.delete(job)) return false
    job.release()
    return true
  }

  function fail(job: Job, error: McpError): void {
    if (leave(job)) job.reject(error)
  }

  function stop(job: Job, error: McpError): void {
    fail(job, error)
    job.stopWorker()
    advance()
  }

  function answer(job: Job, bytes: Uint8Array): void {
    if (!leave(job)) return
    const read = readAnswer(bytes)
    switch (read.type) {
      case 'done':
        return job.resolve(read.result)
      case 'refused':
        return job.reject(McpError.fromBody(read.body))
      case 'broken':
        return job.reject(McpError.internal(new Error(read.text)))
    }
  }

  return {
    run(name, input, { signal, timeoutMs = defaultTimeoutMs } = {}) {
      return new Promise((resolve, reject) => {
        if (isClosed) throw closed()
        if (signal?.aborted === true) throw cancelled(name)
        if (waiting.size + running.size >= size + queue) throw queueFull(waiting.size)

        const onAbort = () => stop(job, cancelled(name))
        const job: Job = {
          message: { job: name, input: encodeInput(name, input) },
          timeoutMs,
          resolve,
          reject,
          release: () => signal?.removeEventListener('abort', onAbort),
          stopWorker: () => {},
        }
        signal?.addEventListener('abort', onAbort)
        waiting.add(job)
        advance()
      })
    },
    async close() {
      isClosed = true
      for (const job of [...waiting, ...running]) stop(job, closed())
      stopIdleTimer()
      await workers.stop()
    },
  }
}

function encodeInput(job: string, input: unknown): Uint8Array {
  try {
    return serialize(input)
  } catch (cause) {
    throw notCloneable(`The input of ${job}`, cause)
  }
}

function workerPath(worker: string | URL): string {
  const url = URL.parse(worker)
  if (url?.protocol === 'file:') return fileURLToPath(url)
  throw new McpError(
    'invalid-request',
    'The worker of a sandbox is a file URL, as `import.meta.resolve` or `new URL(…, import.meta.url)` gives it.',
  )
}
