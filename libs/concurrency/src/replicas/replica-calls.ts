import { createId, McpError, systemClock } from '@mcp/protocol'
import type { Clock, ErrorBody } from '@mcp/protocol'

import { createListeners } from '../listeners.ts'
import type { ReplicaChannel } from './replica-channel.ts'

/**
 * Handles a call of another process. Returns undefined, without a promise, if this process does not have the
 * state that the call needs.
 */
export type ReplicaHandler = (params: unknown, call: IncomingCall) => Promise<unknown> | undefined

export interface IncomingCall {
  /** Sends a message to the caller, before the result. */
  readonly send: (message: unknown) => void
  /** Aborted when the caller no longer waits. */
  readonly signal: AbortSignal
}

export interface ReplicaCallOptions {
  /** Receives the messages before the result. */
  readonly onMessage?: ((message: unknown) => void) | undefined
  /** Aborting it ends the call in the other process too. */
  readonly signal?: AbortSignal | undefined
}

/** A call that another process has accepted. */
export interface AcceptedCall {
  /**
   * Rejects with the error of the handler, or with `unavailable` and the reason `replica-lost` if the
   * other process has ended or a message was lost.
   */
  readonly result: Promise<unknown>
}

/** Calls between the processes that share a backend, for state that lives in one of them. */
export interface ReplicaCalls {
  /** Sets the handler of the calls with a name. */
  handle(name: string, handler: ReplicaHandler): void
  /**
   * Calls the other processes. Returns undefined if none accepts the call within two seconds. Params,
   * messages and results are sent as JSON.
   */
  call(
    name: string,
    params: unknown,
    options?: ReplicaCallOptions,
  ): Promise<AcceptedCall | undefined>
  /** Sends a message without a result to the handlers of all other processes. */
  broadcast(name: string, params: unknown): Promise<void>
  /** Calls a listener if messages may have been lost. The calls in flight have failed by then. */
  onMissed(listener: () => void): () => void
  /** Ends all calls. */
  close(): void
}

export interface ReplicaCallsOptions {
  readonly channel: ReplicaChannel
  readonly clock?: Clock | undefined
}

const acceptMs = 2000
const aliveMs = 5000
/** Time without a message after which the other process counts as ended. */
const silenceMs = 3 * aliveMs

type Message = { readonly from: string; readonly id: string } & (
  | { readonly type: 'call' | 'broadcast'; readonly name: string; readonly params?: unknown }
  | { readonly type: 'accepted' | 'alive' | 'abandoned' }
  | { readonly type: 'message'; readonly number: number; readonly data?: unknown }
  | { readonly type: 'result'; readonly number: number; readonly data?: unknown }
  | { readonly type: 'error'; readonly number: number; readonly error: ErrorBody }
)

type Content = Message extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'from'>
    : never
  : never

interface Outgoing {
  receive(message: Message): void
  fail(error: McpError): void
}

export function createReplicaCalls(options: ReplicaCallsOptions): ReplicaCalls {
  const { channel, clock = systemClock } = options
  const self = createId('replica')
  const outgoing = new Map<string, Outgoing>()
  const missed = createListeners<void>()

  async function publish(message: Content): Promise<void> {
    await channel.publish(JSON.stringify({ from: self, ...message }))
  }

  /**
   * Publishes a message without waiting. The other process detects a lost message by a gap in the numbers, or
   * by a timeout.
   */
  function respond(message: Content): void {
    publish(message).catch(() => {})
  }

  const incoming = createIncomingCalls(respond, clock)

  function receive(message: Message): void {
    if (message.from === self) return
    switch (message.type) {
      case 'call':
        incoming.serve(message.id, message.name, message.params)
        break
      case 'broadcast':
        incoming.receive(message.name, message.params)
        break
      case 'abandoned':
        incoming.abort(message.id)
        break
      default:
        outgoing.get(message.id)?.receive(message)
    }
  }

  function failAll(error: McpError): void {
    for (const each of Array.from(outgoing.values())) each.fail(error)
  }

  const subscription = channel.subscribe({
    // Only `publish` writes the messages.
    onMessage: (text) => receive(JSON.parse(text)),
    onMissed() {
      failAll(replicaLost())
      missed.emit()
    },
  })

  return {
    handle: incoming.handle,
    async call(name, params, { onMessage, signal } = {}) {
      signal?.throwIfAborted()
      await subscription.ready
      const id = createId('call')
      const call = createOutgoing({
        onMessage,
        clock,
        onEnded() {
          outgoing.delete(id)
          signal?.removeEventListener('abort', onAbort)
        },
      })
      const onAbort = (): void => {
        respond({ type: 'abandoned', id })
        call.fail(McpError.from(signal?.reason))
      }
      outgoing.set(id, call)
      signal?.addEventListener('abort', onAbort, { once: true })
      try {
        await publish({ type: 'call', id, name, params })
      } catch (thrown) {
        call.fail(McpError.from(thrown))
      }
      return call.accepted
    },
    async broadcast(name, params) {
      await publish({ type: 'broadcast', id: '', name, params })
    },
    onMissed: (listener) => missed.add(listener),
    close() {
      subscription.stop()
      failAll(new McpError('unavailable', 'The process is shutting down.'))
      incoming.close()
    },
  }
}

const broadcastCall: IncomingCall = { send() {}, signal: new AbortController().signal }

/** Creates the part that handles the calls of other processes. */
function createIncomingCalls(respond: (message: Content) => void, clock: Clock) {
  const handlers = new Map<string, ReplicaHandler>()
  const running = new Map<string, AbortController>()

  function start(name: string, params: unknown, call: IncomingCall): ReturnType<ReplicaHandler> {
    try {
      return handlers.get(name)?.(params, call)
    } catch (thrown) {
      return Promise.reject(McpError.from(thrown))
    }
  }

  async function serve(id: string, name: string, params: unknown): Promise<void> {
    const controller = new AbortController()
    let number = 0
    const working = start(name, params, {
      send: (data) => respond({ type: 'message', id, number: ++number, data }),
      signal: controller.signal,
    })
    if (working === undefined) return
    running.set(id, controller)
    respond({ type: 'accepted', id })
    const stop = clock.every(aliveMs, () => respond({ type: 'alive', id }))
    try {
      const data = await working
      respond({ type: 'result', id, number: ++number, data })
    } catch (thrown) {
      respond({ type: 'error', id, number: ++number, error: McpError.from(thrown).toBody() })
    } finally {
      stop()
      running.delete(id)
    }
  }

  return {
    handle: (name: string, handler: ReplicaHandler): void => void handlers.set(name, handler),
    serve: (...call: Parameters<typeof serve>): void => void serve(...call),
    receive: (name: string, params: unknown): void =>
      void start(name, params, broadcastCall)?.catch(() => {}),
    abort: (id: string): void => running.get(id)?.abort(),
    close(): void {
      for (const controller of running.values()) controller.abort()
    },
  }
}

interface OutgoingOptions extends Pick<ReplicaCallOptions, 'onMessage'> {
  /** Called when the call has ended, in any way. */
  readonly onEnded: () => void
  readonly clock: Clock
}

/** Creates a call that waits for the messages of the process that accepts it. */
function createOutgoing({ onMessage, onEnded, clock }: OutgoingOptions) {
  const accepted = Promise.withResolvers<AcceptedCall | undefined>()
  const result = Promise.withResolvers<unknown>()
  // Prevents unhandled rejections if the caller waits for only one of the two promises.
  result.promise.catch(() => {})
  accepted.promise.catch(() => {})
  let isAccepted = false
  let received = 0
  let stopTimer = clock.after(acceptMs, () => end(() => accepted.resolve(undefined)))

  function end(settle: () => void): void {
    stopTimer()
    settle()
    onEnded()
  }

  function fail(error: McpError): void {
    end(() => (isAccepted ? result.reject(error) : accepted.reject(error)))
  }

  return {
    accepted: accepted.promise,
    fail,
    receive(message: Message) {
      // Any message accepts the call, because a handler may send messages before it returns.
      isAccepted = true
      accepted.resolve({ result: result.promise })
      stopTimer()
      stopTimer = clock.after(silenceMs, () => fail(replicaLost()))
      if (!('number' in message)) return
      if (message.number !== ++received) return fail(replicaLost())
      if (message.type === 'message') onMessage?.(message.data)
      else if (message.type === 'result') end(() => result.resolve(message.data))
      else end(() => result.reject(McpError.fromBody(message.error)))
    },
  }
}

function replicaLost(): McpError {
  return new McpError(
    'unavailable',
    'The process that runs this call has ended, or the connection to it was interrupted. Retry later.',
    { details: { reason: 'replica-lost' } },
  )
}
