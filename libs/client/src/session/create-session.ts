import type { Contract } from '@mcp/protocol'
import { builtinServers } from '@mcp/contracts'
import { createId, McpError } from '@mcp/protocol'

import { ask } from '../http/call-api.ts'
import type { Place, Send } from '../operations/call-operation.ts'
import { call, callOperation } from '../operations/call-operation.ts'
import type { CallOptions } from '../operations/call-options.ts'
import { openNotifications } from './notifications.ts'
import { operationsProxy } from '../operations/operations-proxy.ts'
import { isGone } from '../http/retry.ts'
import { sendRequest } from './send-request.ts'
import type { Session, SessionCore, SessionInfo } from './session.ts'
import type { ToolMap } from '../operations/tool-types.ts'
import type { Link } from '../http/transport.ts'

/** What a session is made of. */
export interface CreateSessionOptions {
  readonly link: Link
  readonly info: SessionInfo
  readonly readLargeResults: boolean
  /** Where the operations of each contract live, by the contract's name. */
  readonly places: ReadonlyMap<string, Place>
}

/** A session as its caller sees it. */
export function createSession<Contracts extends readonly Contract[], Tools extends ToolMap>(
  options: CreateSessionOptions,
): Session<Contracts, Tools>
export function createSession(options: CreateSessionOptions): SessionCore {
  const core = createCore(options.link, options.info)
  const send: Send = (type, payload, settings) => core.request(type, payload, settings)
  const withDefaults = (settings: CallOptions = {}): CallOptions => ({
    ...settings,
    readLargeResults: settings.readLargeResults ?? options.readLargeResults,
  })
  const execute = (payload: Record<string, unknown>, settings?: CallOptions): Promise<unknown> =>
    call(send, builtinServers.tools.type, payload, withDefaults(settings))

  const servers: Record<string, unknown> = {}
  for (const [name, place] of options.places) {
    if (name in core) {
      throw new McpError(
        'invalid-request',
        `Contracts cannot be named "${name}"; sessions have that.`,
      )
    }
    servers[name] = operationsProxy(
      (operation) =>
        (params: Record<string, unknown> | undefined, settings?: CallOptions): Promise<unknown> =>
          callOperation(send, place, operation, params, withDefaults(settings)),
      name === builtinServers.tools.name ? { execute } : {},
    )
  }
  return Object.assign(core, servers)
}

function createCore(link: Link, info: SessionInfo): SessionCore {
  const path = `/sessions/${encodeURIComponent(info.sessionId)}`
  const closed = new AbortController()

  const close = async (): Promise<void> => {
    try {
      await ask(link, 'DELETE', path, { what: 'Closing the session' })
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown
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
    async answer(interactionId, answer, settings) {
      const target = `${path}/interactions/${encodeURIComponent(interactionId)}`
      // Not repeated: a question is answered once, and a second answer is refused.
      const once = { ...settings, retries: 0, what: 'The answer', value: answer }
      await ask(link, 'POST', target, once)
    },
    async publish(type, data = {}, { id = createId('ntf'), ...settings } = {}) {
      // The id makes repeating safe: the session keeps one notification of each.
      const value = { id, type, data }
      await ask(link, 'POST', `${path}/notifications`, { ...settings, what: type, value })
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
