import { eventStreamHeaders, encodeEvents } from '@mcp/http'
import type { RawResponse } from '@mcp/http'
import { isRecord, McpError, parseJson } from '@mcp/protocol'
import type { SessionMethods } from '@mcp/session-manager'

import { encodeError, invalidParams, toRpcError } from '../rpc/rpc-error.ts'
import type { RpcId, RpcParams } from '../rpc/rpc-message.ts'
import type { ListenFilter } from './listen-encoding.ts'
import { firstEvents } from './first-events.ts'
import { createListenEncoding, isEmptyFilter, readFilter } from './listen-encoding.ts'
import type { ListenSubscriptionsOptions } from './listen-subscriptions.ts'
import { createListenSubscriptions } from './listen-subscriptions.ts'
import type { RequestScope } from './protocol-server.ts'

/** Maximum number of resources of one stream. */
const maxSubscriptions = 1000

/** The streams of `subscriptions/listen`. */
export interface ListenStreams {
  /**
   * Serves a subscription that the SDK has validated. `response` is the response of the SDK, which
   * starts with the acknowledgement or contains an error.
   *
   * @throws McpError `invalid-params` for too many resource subscriptions, or the error of opening the stream.
   */
  open(response: Response, options: ListenOptions): Promise<RawResponse>
}

export interface ListenOptions {
  readonly id: RpcId
  readonly scope: RequestScope
}

export interface ListenStreamsOptions extends ListenSubscriptionsOptions {
  readonly sessionManager: Pick<SessionMethods, 'openStream' | 'onSessionEnded'>
  readonly serverInfo: RpcParams
}

/**
 * Creates the streams. The streams of the SDK have no bound on the bytes that wait for a slow reader, and
 * cannot subscribe at the servers. Therefore, only the acknowledgement comes from the SDK. The events after it
 * come from a stream of the session manager.
 */
export function createListenStreams(options: ListenStreamsOptions): ListenStreams {
  const { sessionManager, serverInfo, onError } = options
  const subscriptions = createListenSubscriptions(options)

  async function serve(
    acknowledgement: string,
    filter: ListenFilter,
    { id, scope }: ListenOptions,
  ): Promise<RawResponse> {
    const { principal, address, servers, view } = scope
    const sessionId = await scope.session()
    const client = { capabilities: {} }
    const caller = { sessionId, principal, address, client, servers, view, isLegacy: false }
    const encoding = createListenEncoding({ acknowledgement, filter, id, serverInfo })
    const start = await sessionManager.openStream(sessionId, { principal, encoding })
    return {
      status: 200,
      headers: eventStreamHeaders,
      // Subscribes only now, because the stream of a client that has already disconnected is never started.
      stream(sink) {
        const { stop, subscribed } = subscriptions.add(caller, filter.resourceSubscriptions)
        let isOpen = true
        let disconnect = (): void => {}
        const close = (): void => {
          isOpen = false
          stop()
        }
        async function run(): Promise<void> {
          await subscribed
          if (!isOpen) return
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
          if (McpError.from(thrown).code === 'internal') onError(thrown)
          if (!isOpen) return
          close()
          const data = encodeError(id, toRpcError(thrown))
          sink.write(encodeEvents({ event: 'message', data }))
          sink.end()
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
        // This is an error, or the result of a subscription with an empty filter, which ends at once.
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
