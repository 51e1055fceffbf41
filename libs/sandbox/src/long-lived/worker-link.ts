import { deserialize, serialize } from 'node:v8'

import { McpError } from '@mcp/protocol'

import type { WorkerExit } from '../job-errors.ts'
import type { MethodCall, MethodResponse } from './method-messages.ts'
import { isMethodResponse } from './method-messages.ts'
import type { WorkerChannel } from './worker-channel.ts'

/** Methods of a worker. Each has one input and one result. Both are copied as by `structuredClone`. */
export type WorkerMethods<Api> = {
  readonly [Method in keyof Api]: (input: never) => unknown
}

type InputOf<Method> = Method extends (input: infer Input) => unknown ? Input : never
type OutputOf<Method> = Method extends (input: never) => infer Output ? Awaited<Output> : never

/** A worker thread or process that serves methods. */
export interface WorkerLink<Api extends WorkerMethods<Api>> {
  /** Whether the worker can still be called. */
  readonly alive: boolean
  /**
   * Calls a method of the worker. If the signal is aborted, the whole worker is killed, because an engine
   * that blocks its thread cannot be stopped in any other way.
   */
  call<Method extends keyof Api & string>(
    method: Method,
    input: InputOf<Api[Method]>,
    signal?: AbortSignal,
  ): Promise<OutputOf<Api[Method]>>
  /** Kills the worker immediately. Idempotent. */
  terminate(): Promise<void>
}

interface PendingCall {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Creates the link to the methods of a worker. `exitError` creates the error with which pending and
 * later calls reject once the worker has exited.
 */
export function linkWorker<Api extends WorkerMethods<Api>>(
  channel: WorkerChannel,
  exitError: (exit: WorkerExit) => McpError,
): WorkerLink<Api> {
  const pending = new Map<number, PendingCall>()
  let lastId = 0
  let alive = true
  let exit: WorkerExit = { reason: 'exit', text: 'it was terminated' }

  // An idle worker must not keep this process alive.
  channel.setRef(false)
  channel.onMessage((response) => {
    if (!isMethodResponse(response)) return false
    const call = pending.get(response.id)
    pending.delete(response.id)
    if (pending.size === 0) channel.setRef(false)
    if (call !== undefined) settle(call, response)
    return true
  })
  channel.onEnd((reported) => {
    alive = false
    exit = reported
    for (const call of pending.values()) call.reject(exitError(reported))
    pending.clear()
  })

  async function terminate(): Promise<void> {
    alive = false
    await channel.kill()
  }

  function call<Method extends keyof Api & string>(
    method: Method,
    input: InputOf<Api[Method]>,
    signal?: AbortSignal,
  ): Promise<OutputOf<Api[Method]>>
  async function call(method: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted()
    if (!alive) throw exitError(exit)
    const message = { method, input: serialize(input) }
    const id = ++lastId
    channel.setRef(true)
    const settled = new Promise<unknown>((resolve, reject) => {
      pending.set(id, { resolve, reject })
      channel.post({ id, ...message } satisfies MethodCall)
    })
    if (signal === undefined) return settled

    const abort = () => {
      const call = pending.get(id)
      pending.delete(id)
      // The call is rejected after the worker has exited, so that its caller can start another worker.
      void terminate().then(() => call?.reject(signal.reason))
    }
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await settled
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  return {
    get alive() {
      return alive
    },
    call,
    terminate,
  }
}

/** Settles a call with its response. An invalid response rejects only this call. */
function settle({ resolve, reject }: PendingCall, { type, value }: MethodResponse): void {
  try {
    const content: unknown = deserialize(value)
    if (type === 'result') resolve(content)
    else if (type === 'error') reject(McpError.fromBody(content))
    else reject(new Error(String(content)))
  } catch (error) {
    reject(error)
  }
}
