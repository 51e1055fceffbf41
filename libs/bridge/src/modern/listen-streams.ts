import { eventStreamHeaders, encodeEvents } from '@mcp/http'
import type { RawResponse } from '@mcp/http'
import { isRecord, McpError, parseJson } from '@mcp/protocol'
import type { SessionMethods } from '@mcp/session-manager'

import type { Call, Caller } from '../calls/caller.ts'
import type { Methods } from '../methods/method.ts'
import type { RpcId, RpcParams } from '../rpc/rpc-message.ts'
import type { ListenFilter } from './listen-encoding.ts'
import { firstEvents } from './first-events.ts'
import { createListenEncoding, isEmptyFilter, readFilter } from './listen-encoding.ts'
import type { RequestScope } from './protocol-server.ts'

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

  async function subscribe(caller: Caller, uri: string): Promise<void> {
    const key = `${caller.sessionId} ${uri}`
    const count = subscriptions.get(key) ?? 0
    subscriptions.set(key, count + 1)
    if (count === 0) await change('resources/subscribe', caller, uri)
  }

  function unsubscribe(caller: Caller, uri: string): void {
    const key = `${caller.sessionId} ${uri}`
    const count = (subscriptions.get(key) ?? 1) - 1
    if (count > 0) return void subscriptions.set(key, count)
    subscriptions.delete(key)
    change('resources/unsubscribe', caller, uri).catch((thrown: unknown) => {
      // The session, and with it the subscription, may have ended.
      if (McpError.from(thrown).code === 'internal') onError(thrown)
    })
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
    const subscribed: string[] = []
    const stop = (): void => {
      for (const uri of subscribed.splice(0)) unsubscribe(caller, uri)
    }
    for (const uri of filter.resourceSubscriptions) {
      // A resource that does not exist yet may exist later, and the other changes are still of use.
      await subscribe(caller, uri).then(
        () => subscribed.push(uri),
        () => subscriptions.delete(`${sessionId} ${uri}`),
      )
    }
    return {
      status: 200,
      headers: eventStreamHeaders,
      stream(sink) {
        sink.write(encodeEvents({ event: 'message', data: acknowledgement }))
        const end = sink.end.bind(sink)
        const destroy = sink.destroy.bind(sink)
        const disconnect = start({
          write: (bytes) => sink.write(bytes),
          end() {
            stop()
            end()
          },
          destroy() {
            stop()
            destroy()
          },
        })
        return () => {
          stop()
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
      if (isEmptyFilter(filter)) return { status: 200, headers: eventStreamHeaders, body: text }
      return serve(acknowledgement, filter, listen)
    },
  }
}
