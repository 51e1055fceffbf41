import type { Sandbox, SandboxOptions } from '@mcp/sandbox'

/** How the worker processes for patterns of callers and large edits are bounded. */
export type RootsSandboxOptions = Omit<SandboxOptions, 'worker' | 'execArgv'>

/** Does in worker processes what could hold up the event loop. */
export interface Background {
  /** Runs a job of `worker.ts` until the signal aborts. */
  run(job: string, params: unknown, signal: AbortSignal): Promise<unknown>
  close(): Promise<void>
}

/** Creates a background. Neither the sandbox's code nor a worker is loaded before the first job. */
export function createBackground(options: RootsSandboxOptions = {}): Background {
  const { timeoutMs = 10_000, ...others } = options
  let sandbox: Promise<Sandbox> | undefined

  async function start(): Promise<Sandbox> {
    const { createSandbox } = await import('@mcp/sandbox')
    const worker = import.meta.resolve('@mcp/server-roots/worker')
    return createSandbox({ worker, timeoutMs, ...others })
  }

  return {
    async run(job, params, signal) {
      return (await (sandbox ??= start())).run(job, params, { signal })
    },
    async close() {
      await (await sandbox)?.close()
    },
  }
}
