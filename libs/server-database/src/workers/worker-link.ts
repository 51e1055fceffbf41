import { isRecord, McpError } from '@mcp/protocol'

import { sqlError } from '../engines/sql-error.ts'
import type { WorkerChannel } from './worker-channel.ts'

/** Methods of a worker. Each has one input and one result, both copied as by `structuredClone`. */
export type WorkerMethods<Api> = {
  readonly [Method in keyof Api]: (input: never) => unknown
}

type InputOf<Method> = Method extends (input: infer Input) => unknown ? Input : never
type OutputOf<Method> = Method extends (input: never) => infer Output ? Awaited<Output> : never

/** A message to a worker. */
export interface WorkerCall {
  readonly id: number
  readonly method: string
  readonly input: unknown
}

/** A message from a worker. */
export type WorkerResponse =
  | { readonly id: number; readonly type: 'result'; readonly result: unknown }
  | { readonly id: number; readonly type: 'error'; readonly body: unknown }
  | { readonly id: number; readonly type: 'failure'; readonly message: string }

/** A worker thread or process with an engine. */
export interface WorkerLink<Api extends WorkerMethods<Api>> {
  /** Whether it can still be called. */
  readonly alive: boolean
  /**
   * Calls a method of the worker. If the signal aborts, the whole worker is killed: nothing else stops an
   * engine that blocks its thread.
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

/** Connects to the methods of a worker. */
export function linkWorker<Api extends WorkerMethods<Api>>(
  channel: WorkerChannel,
): WorkerLink<Api> {
  const pending = new Map<number, PendingCall>()
  let lastId = 0
  let alive = true

  // An idle worker must not keep the process alive.
  channel.setRef(false)
  channel.onMessage((response) => {
    if (!isResponse(response)) return
    const call = pending.get(response.id)
    pending.delete(response.id)
    if (pending.size === 0) channel.setRef(false)
    if (response.type === 'result') call?.resolve(response.result)
    else if (response.type === 'error') call?.reject(McpError.fromBody(response.body))
    else call?.reject(new Error(response.message))
  })
  channel.onEnd((cause) => {
    alive = false
    const message = 'The database engine exited unexpectedly. Retry: it is started again.'
    for (const call of pending.values()) {
      call.reject(sqlError({ kind: 'connection-lost', message, cause }))
    }
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
    if (!alive) {
      throw sqlError({ kind: 'connection-lost', message: 'The database engine has exited.' })
    }
    const id = ++lastId
    channel.setRef(true)
    const settled = new Promise<unknown>((resolve, reject) => {
      pending.set(id, { resolve, reject })
      channel.post({ id, method, input } satisfies WorkerCall)
    })
    if (signal === undefined) return settled

    const abort = () => {
      const call = pending.get(id)
      pending.delete(id)
      // Rejected after the worker has exited, so that the next call can start another one.
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

function isResponse(message: unknown): message is WorkerResponse {
  return (
    isRecord(message) && typeof message['id'] === 'number' && typeof message['type'] === 'string'
  )
}
