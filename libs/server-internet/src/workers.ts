import type { Sandbox, SandboxOptions } from '@mcp/sandbox'

/** How the worker processes are bounded. */
export type WorkersOptions = Omit<SandboxOptions, 'worker' | 'execArgv' | 'maxResultBytes'>

/** The longest input in base64, and the links and facts beside it. */
const maxResultBytes = 32 * 2 ** 20

/** Does in worker processes what may take long or run wild on the text of strangers. */
export interface Workers {
  /** Runs the job of that name until the signal aborts or its time is up: by default, what all have. */
  run(job: string, input: unknown, signal: AbortSignal, timeoutMs?: number): Promise<unknown>
  close(): Promise<void>
}

/** Creates the workers. Neither the sandbox's code nor a worker is loaded before the first job. */
export function createWorkers(options: WorkersOptions = {}): Workers {
  const { timeoutMs = 15_000, memoryMb = 512, ...others } = options
  let sandbox: Promise<Sandbox> | undefined

  async function start(): Promise<Sandbox> {
    const { createSandbox } = await import('@mcp/sandbox')
    const worker = import.meta.resolve('@mcp/server-internet/worker')
    return createSandbox({ worker, timeoutMs, memoryMb, maxResultBytes, ...others })
  }

  return {
    async run(job, input, signal, jobTimeoutMs) {
      return (await (sandbox ??= start())).run(job, input, { signal, timeoutMs: jobTimeoutMs })
    },
    async close() {
      await (await sandbox)?.close()
    },
  }
}
