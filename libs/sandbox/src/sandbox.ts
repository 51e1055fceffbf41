import { fileURLToPath } from 'node:url'
import { serialize } from 'node:v8'

import { McpError, systemClock } from '@mcp/protocol'

import { notCloneable, sandboxClosed } from './job-errors.ts'
import type { JobPool } from './pool/job-pool.ts'
import type { JobOptions, SandboxOptions } from './sandbox-options.ts'
import { resolveLimits } from './sandbox-options.ts'

/** Runs jobs in processes of their own, so that they can neither block nor crash the caller's. */
export interface Sandbox {
  /** Runs the job of that name. Input and result are copied as by `structuredClone`. */
  run(job: string, input: unknown, options?: JobOptions): Promise<unknown>
  /** Rejects every job with `unavailable`; resolves when the last worker has exited. Idempotent. */
  close(): Promise<void>
}

/**
 * Creates a sandbox. It costs nothing before the first job: its code, the worker module and the
 * worker processes are loaded then.
 *
 * @example
 * const sandbox = createSandbox({ worker: () => import.meta.resolve('my-package/worker') })
 * const result = await sandbox.run('evaluate', { expression: '2 + 2' })
 * await sandbox.close()
 *
 * @throws McpError `invalid-request` if `worker` is not a file URL.
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

  return {
    async run(job, input, jobOptions = {}) {
      if (isClosed) throw sandboxClosed()
      // Copied before the first await: later changes by the caller must not reach the job.
      const message = { job, input: encodeInput(job, input) }
      // Without an await once the pool is open: an idle worker receives the job immediately.
      const opened = pool ?? (await (opening ??= openPool()))
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
