import type { Clock, RequestContext, RequestEnvelope } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'

import { toUpstreamError } from '../connection/upstream-error.ts'
import type { Substitutes } from '../interactive/respond-to-server.ts'
import { rewriteResult } from '../names/rewrite-uris.ts'
import type { UpstreamState } from '../state/upstream-state.ts'
import { relayRequest } from './relay-request.ts'

export type Json = Readonly<Record<string, unknown>>

/** A request that is being processed, with its context. */
export interface Incoming {
  readonly request: RequestEnvelope
  readonly context: RequestContext
}

/** Sends a request with a method to the upstream server. Returns the result with the URIs for clients. */
export type Relay = (
  incoming: Incoming,
  method: string,
  params: Json,
  headers?: Readonly<Record<string, string>>,
) => Promise<Json>

export interface UpstreamCallsOptions {
  readonly state: UpstreamState
  readonly clock: Clock
  readonly substitutes: Substitutes
}

export function createRelay({ state, clock, substitutes }: UpstreamCallsOptions): Relay {
  const { entry, uris } = state
  return async ({ request, context }, method, params, headers) => {
    const result = await state.use<Json>(context, async (connection) => {
      const relayed = { method, params, requestId: request.id, context, headers }
      try {
        return await relayRequest(connection, relayed, { entry, clock, substitutes })
      } catch (thrown) {
        if (connection.closeReason() === undefined) throw thrown
        throw toUpstreamError(thrown, entry.name, connection)
      }
    })
    return withoutServerInfo(rewriteResult(result, uris))
  }
}

/** Removes `resultType` and the identity of the upstream server, because the client is connected to the hub. */
function withoutServerInfo(result: Json): Json {
  const { _meta, resultType: _resultType, ...rest } = result
  if (!isRecord(_meta)) return rest
  const { 'io.modelcontextprotocol/serverInfo': _serverInfo, ...meta } = _meta
  return Object.keys(meta).length === 0 ? rest : { ...rest, _meta: meta }
}

export function paramsOf({ request: { payload } }: Incoming): Json {
  return isRecord(payload['params']) ? payload['params'] : {}
}

export function targetOf({ request: { payload } }: Incoming, key: string): string | undefined {
  const target = payload[key]
  return typeof target === 'string' ? target : undefined
}
