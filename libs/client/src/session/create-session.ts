import type { Contract } from '@mcp/protocol'
import { createId, McpError } from '@mcp/protocol/light'

import { callApi } from '../http/call-api.ts'
import type { OperationAddress } from '../operations/call-operation.ts'
import { call, callOperation } from '../operations/call-operation.ts'
import type { CallOptions } from '../operations/call-options.ts'
import { openNotifications } from './notifications.ts'
import { operationsProxy } from '../operations/operations-proxy.ts'
import { isSessionNotFound } from '../http/retry.ts'
import { sendRequest } from './send-request.ts'
import type { SessionInfo } from './session-info.ts'
import type { Session, SessionCore } from './session.ts'
import type { ToolMap } from '../operations/tool-types.ts'
import type { Link } from '../http/link.ts'
import { pathSegment } from '../http/failures.ts'
import type { Send, SendOptions } from '../operations/send.ts'

/** Options of {@link createSession}. */
export interface CreateSessionOptions {
  readonly link: Link
  readonly info: SessionInfo
  readonly readLargeResults: boolean
  /** Addresses of the operations by contract name. */
  readonly addresses: ReadonlyMap<string, OperationAddress>
}

/** Creates the client object of a session. */
export function createSession<Contracts extends readonly Contract[], Tools extends ToolMap>(
  options: CreateSessionOptions,
): Session<Contracts, Tools>
export function createSession(options: CreateSessionOptions): SessionCore {
  const { link, info, addresses, readLargeResults } = options
  const core = createCore(link, info)
  const withDefaults = (settings: CallOptions = {}): SendOptions => ({
    ...settings,
    startedAt: link.clock.now(),
    readLargeResults: settings.readLargeResults ?? readLargeResults,
  })
  const servers: Record<string, unknown> = {}
  for (const [name, address] of addresses) {
    if (name in core) {
      throw new McpError('invalid-request', `The contract name "${name}" is reserved.`)
    }
    servers[name] = operationsProxy(
      (operation) =>
        (params: Record<string, unknown> | undefined, settings?: CallOptions): Promise<unknown> =>
          callOperation(core.request, address, operation, params, withDefaults(settings)),
      name === 'tools'
        ? {
            execute: (payload: Record<string, unknown>, settings?: CallOptions): Promise<unknown> =>
              call(core.request, address.type, payload, withDefaults(settings)),
          }
        : {},
    )
  }
  return Object.assign(core, servers)
}

function createCore(link: Link, info: SessionInfo): SessionCore & { readonly request: Send } {
  const path = `/sessions/${pathSegment(info.sessionId)}`
  const closed = new AbortController()

  const close = async (): Promise<void> => {
    try {
      await callApi(link, 'DELETE', path, { what: 'DELETE /sessions' })
    } catch (thrown) {
      if (!isSessionNotFound(thrown)) throw thrown
    } finally {
      closed.abort()
    }
  }

  return {
    id: info.sessionId,
    info,
    request: (type, payload = {}, settings) => sendRequest(link, path, type, payload, settings),
    notifications: (settings) =>
      openNotifications({ ...link, path: `${path}/events`, closed: closed.signal }, settings),
    async respond(interactionId, response, settings) {
      const target = `${path}/interactions/${pathSegment(interactionId)}`
      // There are no retries, because the session manager refuses a second response to an interaction.
      const once = { ...settings, retries: 0, what: 'POST /interactions', value: response }
      await callApi(link, 'POST', target, once)
    },
    async publish(type, data = {}, { id = createId('ntf'), ...settings } = {}) {
      // The id makes retries safe: the session stores a notification id only once.
      const value = { id, type, data }
      await callApi(link, 'POST', `${path}/notifications`, { ...settings, what: type, value })
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
