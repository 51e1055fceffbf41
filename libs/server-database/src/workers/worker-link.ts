import { isRecord, McpError } from '@mcp/protocol'

import { sqlError } from '../engines/sql-error.ts'
import type { WorkerChannel } from './worker-channel.ts'

/** The functions a worker offers: each takes one value and gives one, both cloned on the way. */
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

/** A worker, a thread or a process, with an engine in it. */
export interface WorkerLink<Api extends WorkerMethods<Api>> {
  /** Whether it can still be called. */
  readonly alive: boolean
  /**
   * Calls a function of the worker. A call whose signal is aborted ends the whole worker: nothing else
   * stops an engine that holds its thread.
   */
  call<Method extends keyof Api & string>(
    method: Method,
    input: InputOf<Api[Method]>,
    signal?: AbortSignal,
  ): Promise<OutputOf<Api[Method]>>
  /** Ends the worker at once. May be repeated. */
  terminate(): Promise<void>
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Makes the functions of a worker callable from here. */
export function linkWorker<Api extends WorkerMethods<Api>>(
  channel: WorkerChannel,
): WorkerLink<Api> {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let alive = true

  // An idle worker must not keep the process alive.
  channel.hold(false)
  channel.onMessage((response) => {
    if (!isResponse(response)) return
    const call = waiting.get(response.id)
    waiting.delete(response.id)
    if (waiting.size === 0) channel.hold(false)
    if (response.type === 'result') call?.resolve(response.result)
    else if (response.type === 'error') call?.reject(McpError.fromBody(response.body))
    else call?.reject(new Error(response.message))
  })
  channel.onEnd((cause) => {
    alive = false
    const message = 'The database engine ended unexpectedly. Try again: it is started anew.'
    for (const call of waiting.values()) {
      call.reject(sqlError({ kind: 'connection-lost', message, cause }))
    }
    waiting.clear()
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
      throw sqlError({ kind: 'connection-lost', message: 'The database engine has ended.' })
    }
    const id = ++lastId
    channel.hold(true)
    const settled = new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      channel.post({ id, method, input } satisfies WorkerCall)
    })
    if (signal === undefined) return settled

    const abort = () => {
      const call = waiting.get(id)
      waiting.delete(id)
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
