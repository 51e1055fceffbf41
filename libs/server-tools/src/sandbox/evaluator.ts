import type { Sandbox, SandboxOptions } from '@mcp/sandbox'

/** How the worker processes of the tools are bounded. */
export type ToolsSandboxOptions = Omit<SandboxOptions, 'worker' | 'execArgv'>

/** Does the work of sandboxed operations in worker processes. */
export interface Evaluator {
  /** Runs the job of that name, such as `calculator.evaluate`, until the signal aborts. */
  run(job: string, params: unknown, signal: AbortSignal): Promise<unknown>
  close(): Promise<void>
}

/** Creates an evaluator. Neither the sandbox's code nor a worker is loaded before the first job. */
export function createEvaluator(options: ToolsSandboxOptions = {}): Evaluator {
  const { timeoutMs = 5_000, ...others } = options
  let sandbox: Promise<Sandbox> | undefined

  async function start(): Promise<Sandbox> {
    const { createSandbox } = await import('@mcp/sandbox')
    const worker = import.meta.resolve('@mcp/server-tools/worker')
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
