import { parentPort } from 'node:worker_threads'

import { McpError } from '@mcp/protocol'

import type { WorkerResponse, WorkerCall, WorkerMethods } from './worker-link.ts'

/** Serves these methods from this worker thread or process. Calls run one after the other, in order. */
export function serveWorker<Api extends WorkerMethods<Api>>(methods: Api): void {
  const table = new Map<string, (input: never) => unknown>(Object.entries(methods))
  let last = Promise.resolve()

  const post = (message: WorkerResponse) =>
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    parentPort === null ? process.send?.(message) : parentPort.postMessage(message)

  const port = parentPort ?? process
  port.on('message', (call: WorkerCall) => {
    last = last.then(async () => void post(await respond(call)))
  })

  async function respond({ id, method, input }: WorkerCall): Promise<WorkerResponse> {
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
