import { parentPort } from 'node:worker_threads'

import { McpError } from '@mcp/protocol'

import type { WorkerAnswer, WorkerCall, WorkerMethods } from './worker-link.ts'

/** Makes this thread a worker that offers these functions. Calls are answered one after the other. */
export function serveWorker<Api extends WorkerMethods<Api>>(methods: Api): void {
  const table = new Map<string, (input: never) => unknown>(Object.entries(methods))
  let last = Promise.resolve()

  parentPort?.on('message', (call: WorkerCall) => {
    last = last.then(async () => parentPort?.postMessage(await answer(call)))
  })

  async function answer({ id, method, input }: WorkerCall): Promise<WorkerAnswer> {
    try {
      const run = table.get(method)
      if (run === undefined) throw new Error(`The worker has no "${method}".`)
      return { id, type: 'result', result: await Reflect.apply(run, undefined, [input]) }
    } catch (error) {
      if (McpError.is(error)) return { id, type: 'error', body: error.toBody() }
      return {
        id,
        type: 'failure',
        message: error instanceof Error ? (error.stack ?? '') : String(error),
      }
    }
  }
}
