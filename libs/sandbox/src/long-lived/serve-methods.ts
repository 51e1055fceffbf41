import { deserialize, serialize } from 'node:v8'
import { parentPort } from 'node:worker_threads'

import { McpError } from '@mcp/protocol'

import { openParentChannel } from '../channel/parent-channel.ts'
import { startMemoryGuard } from '../serving/memory-guard.ts'
import type { MethodCall, MethodResponse } from './method-messages.ts'
import { isMethodCall } from './method-messages.ts'
import type { WorkerMethods } from './worker-link.ts'

/**
 * Serves these methods from this worker thread or process. Calls run one after the other, in order. A process
 * is killed if its memory grows by more than the `maxMemoryMb` of `startProcess`, or if its parent has exited.
 */
export function serveMethods<Api extends WorkerMethods<Api>>(methods: Api): void {
  const table = new Map<string, (input: never) => unknown>(Object.entries(methods))
  const guard = parentPort === null ? startMemoryGuard(Number(process.argv[2])) : undefined
  let last = guard?.ready ?? Promise.resolve()

  const post = openPort((call) => {
    if (isMethodCall(call)) last = last.then(() => run(call))
  })

  async function run(call: MethodCall): Promise<void> {
    guard?.start()
    const response = await respond(call)
    guard?.stop()
    post(response)
  }

  async function respond({ id, method, input }: MethodCall): Promise<MethodResponse> {
    try {
      const handle = table.get(method)
      if (handle === undefined) throw new Error(`The worker has no "${method}".`)
      const result: unknown = await Reflect.apply(handle, undefined, [deserialize(input)])
      return { id, type: 'result', value: serialize(result) }
    } catch (error) {
      if (McpError.is(error)) return { id, type: 'error', value: serialize(error.toBody()) }
      const text = error instanceof Error ? (error.stack ?? '') : String(error)
      return { id, type: 'failure', value: serialize(text) }
    }
  }
}

/** Receives the messages of the parent, and returns the function that posts a message to it. */
function openPort(onMessage: (message: unknown) => void): (message: MethodResponse) => void {
  const port = parentPort
  if (port === null) return openParentChannel(onMessage)
  port.on('message', onMessage)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  return (message) => port.postMessage(message)
}
