import { eventStreamHeaders, encodeEvents } from '@mcp/http'
import type { RawResponse } from '@mcp/http'
import { isRecord, McpError, parseJson } from '@mcp/protocol'
import type { SessionMethods } from '@mcp/session-manager'

import type { Call, Caller } from '../calls/caller.ts'
import type { Methods } from '../methods/method.ts'
import { invalidParams } from '../rpc/rpc-error.ts'
import type { RpcId, RpcParams } from '../rpc/rpc-message.ts'
import type { ListenFilter } from './listen-encoding.ts'
import { firstEvents } from './first-events.ts'
import { createListenEncoding, isEmptyFilter, readFilter } from './listen-encoding.ts'
import type { RequestScope } from './protocol-server.ts'

/** Maximum number of resources of one stream. */
const maxSubscriptions = 1000

/** The streams of `subscriptions/listen`. */
export interface ListenStreams {
  /**
   * Serves a subscription that the SDK has validated. `response` is the response of the SDK, which
   * starts with the acknowledgement.
   */
  open(response: Response, options: ListenOptions): Promise<RawResponse>
}

export interface ListenOptions {
  readonly id: RpcId
  readonly scope: RequestScope
}

export interface ListenStreamsOptions {
  readonly sessionManager: Pick<SessionMethods, 'openStream'>
  readonly methods: Methods
  readonly serverInfo: RpcParams
  readonly onError: (error: unknown) => void
}

/**
 * Creates the streams. The SDK's own streams have no bound on the bytes that wait for a slow reader and
 * cannot subscribe at the servers, so only the acknowledgement is the SDK's. The rest is a stream of
 * the session manager.
 */
// It is a single function because all streams share the counts of their subscriptions.
// oxlint-disable-next-line max-lines-per-function
export function createListenStreams(options: ListenStreamsOptions): ListenStreams {
  const { sessionManager, methods, serverInfo, onError } = options
  /** Number of streams per session and resource, because two streams share one subscription. */
  const subscriptions = new Map<string, number>()

  async function change(method: string, caller: Caller, uri: string): Promise<void> {
    const call: Call = {
      signal: new AbortController().signal,
      meta: {},
      notify() {},
      ask: async () => {
        throw new McpError('unavailable', 'A subscription cannot ask the client.')
      },
    }
    await methods[method]?.(caller, { uri }, call)
  }

  function keyOf({ sessionId }: Caller, uri: string): string {
    return `${sessionId} ${uri}`
  }

  /** Counts a stream less. Returns whether it was the last one of its resource. */
  function release(key: string): boolean {
    const count = (subscriptions.get(key) ?? 1) - 1
    if (count > 0) subscriptions.set(key, count)
    else subscriptions.delete(key)
    return count <= 0
  }

  async function subscribe(caller: Caller, uri: string): Promise<void> {
    const key = keyOf(caller, uri)
    const count = subscriptions.get(key) ?? 0
    subscriptions.set(key, count + 1)
    if (count > 0) return
    try {
      await change('resources/subscribe', caller, uri)
    } catch (thrown) {
      release(key)
      throw thrown
    }
  }

  function unsubscribe(caller: Caller, uri: string): void {
    if (!release(keyOf(caller, uri))) return
    change('resources/unsubscribe', caller, uri).catch((thrown: unknown) => {
      // The session, and with it the subscription, may have ended.
      if (McpError.from(thrown).code === 'internal') onError(thrown)
    })
  }

  /** Subscribes to resources until the returned `stop` is called. */
  function subscribeAll(caller: Caller, uris: readonly string[]) {
    const subscribed: string[] = []
    let isOpen = true
    const subscribing = async (): Promise<void> => {
      for (const uri of uris) {
        if (!isOpen) return
        // A resource that does not exist yet may exist later, and the other changes are still of use.
        const isSubscribed = await subscribe(caller, uri).then(
          () => true,
          () => false,
        )
        if (isSubscribed) subscribed.push(uri)
      }
      if (!isOpen) stop()
    }
    function stop(): void {
      isOpen = false
      for (const uri of subscribed.splice(0)) unsubscribe(caller, uri)
    }
    return { stop, subscribed: subscribing() }
  }

  async function serve(
    acknowledgement: string,
    filter: ListenFilter,
    { id, scope }: ListenOptions,
  ): Promise<RawResponse> {
    const { principal, address, servers, view } = scope
    const sessionId = await scope.session()
    const client = { capabilities: {} }
    const caller = { sessionId, principal, address, client, servers, view, isLegacy: false }
    const encoding = createListenEncoding(filter, id, serverInfo)
    const start = await sessionManager.openStream(sessionId, { principal, encoding })
    return {
      status: 200,
      headers: eventStreamHeaders,
      // Subscribes here, because a stream whose client has already left is not started.
      stream(sink) {
        const { stop, subscribed } = subscribeAll(caller, filter.resourceSubscriptions)
        let isOpen = true
        let disconnect = (): void => {}
        const close = (): void => {
          isOpen = false
          stop()
        }
        async function run(): Promise<void> {
          await subscribed
          if (!isOpen) return
          sink.write(encodeEvents({ event: 'message', data: acknowledgement }))
          disconnect = start({
            write: (bytes) => sink.write(bytes),
            end() {
              close()
              sink.end()
            },
            destroy() {
              close()
              sink.destroy()
            },
          })
        }
        run().catch((thrown: unknown) => {
          onError(thrown)
          close()
          sink.destroy()
        })
        return () => {
          close()
          disconnect()
        }
      },
    }
  }

  return {
    async open(response, listen) {
      const text = await firstEvents(response)
      const acknowledgement = /^data: (.*)$/m.exec(text)?.[1]
      const message = acknowledgement === undefined ? undefined : parseJson(acknowledgement)
      const params = isRecord(message) ? message['params'] : undefined
      if (acknowledgement === undefined || !isRecord(params)) {
        // An error, or a subscription to nothing, which is already complete.
        const type = response.headers.get('content-type') ?? 'application/json'
        return { status: response.status, headers: { 'content-type': type }, body: text }
      }
      const filter = readFilter(params['notifications'])
      if (filter.resourceSubscriptions.length > maxSubscriptions) {
        throw invalidParams(`Invalid params: at most ${maxSubscriptions} resource subscriptions.`)
      }
      if (isEmptyFilter(filter)) return { status: 200, headers: eventStreamHeaders, body: text }
      return serve(acknowledgement, filter, listen)
    },
  }
}
