import { fileURLToPath } from 'node:url'
import { serialize } from 'node:v8'

import { McpError, systemClock } from '@mcp/protocol'

import { notCloneable, sandboxClosed } from './job-errors.ts'
import type { JobPool } from './pool/job-pool.ts'
import type { JobOptions, SandboxOptions } from './sandbox-options.ts'
import { resolveLimits } from './sandbox-options.ts'

/** Runs jobs in worker processes, so that a job can neither block nor crash the calling process. */
export interface Sandbox {
  /** Runs the job with the name `job`. Input and result are copied as by `structuredClone`. */
  run(job: string, input: unknown, options?: JobOptions): Promise<unknown>
  /** Rejects all jobs with `unavailable`, and resolves when all workers have exited. Idempotent. */
  close(): Promise<void>
}

/**
 * Creates a sandbox. The first job loads the code of the sandbox and starts the worker processes.
 *
 * @example
 * const sandbox = createSandbox({ worker: () => import.meta.resolve('my-package/worker') })
 * const result = await sandbox.run('evaluate', { expression: '2 + 2' })
 * await sandbox.close()
 *
 * @throws McpError `invalid-request` if `worker` is not a file URL. If it is a function that returns an
 * invalid URL, `run` rejects instead.
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { worker, execArgv = [], clock = systemClock } = options
  const limits = resolveLimits(options)
  if (typeof worker !== 'function') toPath(worker)
  let opening: Promise<JobPool> | undefined
  let pool: JobPool | undefined
  let isClosed = false

  async function openPool(): Promise<JobPool> {
    const path = toPath(typeof worker === 'function' ? worker() : worker)
    const { createJobPool } = await import('./pool/job-pool.ts')
    pool = createJobPool({ ...limits, path, execArgv, clock })
    return pool
  }

  /** Lets the next job open the pool again, because the reason for the failure may not exist any more. */
  function retryLater(error: unknown): never {
    opening = undefined
    throw error
  }

  return {
    async run(job, input, jobOptions = {}) {
      if (isClosed) throw sandboxClosed()
      // The input is copied before the first await, so that later changes by the caller do not reach the job.
      const message = { job, input: encodeInput(job, input) }
      // There is no await once the pool is open, so that an idle worker receives the job immediately.
      const opened = pool ?? (await (opening ??= openPool().catch(retryLater)))
      return opened.run(message, jobOptions)
    },
    async close() {
      isClosed = true
      const opened = await opening?.catch(() => undefined)
      await opened?.close()
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

function toPath(worker: string | URL): string {
  const url = URL.parse(worker)
  if (url?.protocol === 'file:') return fileURLToPath(url)
  throw new McpError(
    'invalid-request',
    'The worker of a sandbox must be a file URL, as returned by `import.meta.resolve` or `new URL(…, import.meta.url)`.',
  )
}
