import { McpError } from '@mcp/protocol'
import type { SessionMethods } from '@mcp/session-manager'

import type { Call, Caller } from '../calls/caller.ts'
import type { Methods } from '../methods/method.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'

/** The subscriptions of `subscriptions/listen` streams at the servers. */
export interface ListenSubscriptions {
  /** Subscribes to resources, until `stop` is called. */
  add(caller: Caller, uris: readonly string[]): ListenSubscription
}

export interface ListenSubscription {
  /** Resolves when the servers have subscribed, or have refused to. */
  readonly subscribed: Promise<void>
  readonly stop: () => void
}

export interface ListenSubscriptionsOptions {
  readonly sessionManager: Pick<SessionMethods, 'onSessionEnded'>
  readonly methods: Methods
  /** Ends all subscriptions of the caller's session at the servers of the caller's view. */
  readonly unsubscribeAll: (caller: Caller, call: Call) => Promise<void>
  /**
   * Whether other processes may have streams of the same sessions. Subscriptions then end with their
   * session, because this process does not know whether they are still used.
   */
  readonly isShared: boolean
  readonly onError: (error: unknown) => void
}

export function createListenSubscriptions(
  options: ListenSubscriptionsOptions,
): ListenSubscriptions {
  const { sessionManager, methods, unsubscribeAll, isShared, onError } = options
  /** Number of streams per session and resource, because two streams share one subscription. */
  const streams = new Map<string, number>()

  /** The sessions for which the subscriptions of an earlier process were ended. */
  const cleaned = new Map<string, Promise<void>>()
  sessionManager.onSessionEnded((sessionId) => cleaned.delete(sessionId))

  async function call(method: string, caller: Caller, params: RpcParams): Promise<void> {
    await methods[method]?.(caller, params, createCall())
  }

  /** Ends the subscriptions of streams that ended with an earlier process. No other stream uses them. */
  function clean(caller: Caller): Promise<void> {
    const { sessionId } = caller
    const cleaning = cleaned.get(sessionId) ?? unsubscribeAll(caller, createCall()).catch(onError)
    cleaned.set(sessionId, cleaning)
    return cleaning
  }

  function keyOf({ sessionId }: Caller, uri: string): string {
    return `${sessionId} ${uri}`
  }

  /** Removes a stream from the count of its resource. Returns whether it was the last one. */
  function release(key: string): boolean {
    const count = (streams.get(key) ?? 1) - 1
    if (count > 0) streams.set(key, count)
    else streams.delete(key)
    return count <= 0
  }

  async function subscribe(caller: Caller, uri: string): Promise<boolean> {
    const key = keyOf(caller, uri)
    const count = streams.get(key) ?? 0
    streams.set(key, count + 1)
    if (count > 0) return true
    try {
      await call('resources/subscribe', caller, { uri })
      return true
    } catch {
      // Some resources do not support subscriptions. The stream still reports the other changes.
      release(key)
      return false
    }
  }

  function unsubscribe(caller: Caller, uri: string): void {
    if (!release(keyOf(caller, uri)) || isShared) return
    call('resources/unsubscribe', caller, { uri }).catch((thrown: unknown) => {
      // The session, and with it the subscription, may have ended.
      if (McpError.from(thrown).code === 'internal') onError(thrown)
    })
  }

  return {
    add(caller, uris) {
      const done: string[] = []
      let isOpen = true
      const stop = (): void => {
        isOpen = false
        for (const uri of done.splice(0)) unsubscribe(caller, uri)
      }
      async function subscribeAll(): Promise<void> {
        if (uris.length > 0 && !isShared) await clean(caller)
        for (const uri of uris) {
          if (!isOpen) return
          if (await subscribe(caller, uri)) done.push(uri)
        }
        if (!isOpen) stop()
      }
      return { subscribed: subscribeAll(), stop }
    },
  }
}

function createCall(): Call {
  return {
    signal: new AbortController().signal,
    meta: {},
    notify() {},
    ask: async () => {
      throw new McpError('unavailable', 'A subscription cannot request interactions of the client.')
    },
  }
}
