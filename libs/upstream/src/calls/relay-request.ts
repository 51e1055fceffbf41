import type { Clock, RequestContext } from '@mcp/protocol'
import { isRecord, logLevels, McpError } from '@mcp/protocol'
import * as z from 'zod'

import type { ActiveConnection } from '../connection/upstream-connections.ts'
import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import type { Substitutes } from '../interactive/respond-to-server.ts'
import { respondToServer } from '../interactive/respond-to-server.ts'
import type { CallTimeouts } from './call-timeouts.ts'
import { startTimeouts } from './call-timeouts.ts'
import type { RelayedCall } from './relayed-call.ts'
import { canRelay, continuedRound, inputRequiredSchema, toRequiredInput } from './relayed-rounds.ts'
import { clientCapabilitiesOf, requestMeta } from './request-meta.ts'

type Json = Readonly<Record<string, unknown>>

/** One request to an upstream server. */
export interface RelayedRequest {
  readonly method: string
  readonly params: Json
  /** Id of the request of the caller, for its events. */
  readonly requestId: string
  readonly context: RequestContext
  /** HTTP headers in addition to those of the entry. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export interface RelayOptions {
  readonly entry: UpstreamEntry
  readonly clock: Clock
  readonly substitutes: Substitutes
}

/**
 * Maximum number of rounds of interactions that a modern server may request while this process relays one call.
 */
const maxRounds = 16

/**
 * Maximum delay of a timer, in milliseconds. The timeouts of the SDK, which do not use `clock`, have this
 * value, so that the timeouts of this package end a request first.
 */
const maxTimerMs = 2_147_483_647

const anyResult = z.looseObject({})

/**
 * Sends a request to an upstream server. Relays progress, log messages and interactions to the caller, and the
 * cancellation to the server. Returns the result as the server sent it, or an empty object if the caller must
 * repeat its call with the responses to interactions.
 *
 * @throws McpError `timeout`, `cancelled`, `upstream-error` after too many rounds, or the error of the SDK.
 */
export async function relayRequest(
  connection: ActiveConnection,
  request: RelayedRequest,
  { entry, clock, substitutes }: RelayOptions,
): Promise<Json> {
  const timeouts = startTimeouts(clock, entry.name, entry.hub)
  const call = createCall(request, timeouts)
  connection.calls.add(call)
  try {
    await adjustLogLevel(connection, request.context)
    let extra = connection.era === 'modern' ? continuedRound(request.context) : {}
    for (let round = 0; round < maxRounds; round++) {
      const result = await send(connection, request, extra, timeouts)
      const required = inputRequiredSchema.safeParse(result)
      if (!required.success) return result
      const { inputRequests, requestState } = required.data
      if (canRelay(required.data, request.context, substitutes)) {
        request.context.rounds?.require(toRequiredInput(required.data))
        return {}
      }
      const inputResponses = await respondToAll(inputRequests, call, substitutes)
      extra = { inputResponses, ...(requestState === undefined ? {} : { requestState }) }
    }
    throw new McpError(
      'upstream-error',
      `The server "${entry.name}" still requests interactions after ${maxRounds} rounds. The call was ended.`,
      { retryable: false },
    )
  } finally {
    connection.calls.delete(call)
    timeouts.stop()
  }
}

async function send(
  { client, era }: ActiveConnection,
  { method, params, context, headers, requestId }: RelayedRequest,
  extra: Json,
  timeouts: CallTimeouts,
): Promise<Json> {
  const signal = AbortSignal.any([context.signal, timeouts.signal])
  const { onEvent } = context
  try {
    return await client.request(
      { method, params: { ...params, ...extra, _meta: requestMeta(context, era) } },
      anyResult,
      {
        allowInputRequired: true,
        signal,
        timeout: maxTimerMs,
        ...(headers === undefined ? {} : { headers }),
        onprogress(progress) {
          timeouts.touch()
          onEvent?.({ type: 'progress', data: { requestId, ...progress } })
        },
      },
    )
  } catch (thrown) {
    // The SDK replaces the reason of an abort by an error of its own.
    if (timeouts.signal.aborted) throw timeouts.signal.reason
    if (context.signal.aborted) throw new McpError('cancelled', 'The caller cancelled the call.')
    throw thrown
  }
}

function createCall({ context, requestId }: RelayedRequest, timeouts: CallTimeouts): RelayedCall {
  const { ask, client, onEvent, sessionId } = context
  const capabilities = clientCapabilitiesOf(context)
  return {
    sessionId,
    ask:
      ask === undefined
        ? undefined
        : (interaction) => {
            if (capabilities[interaction.kind] === undefined) {
              throw new McpError('unavailable', `The caller does not support ${interaction.kind}.`)
            }
            return timeouts.pause(ask(interaction))
          },
    log(params) {
      timeouts.touch()
      const level = logLevels.findIndex((each) => each === params['level'])
      const minimum = client?.logLevel === undefined ? 0 : logLevels.indexOf(client.logLevel)
      if (level < minimum) return
      const { _meta, ...data } = params
      onEvent?.({ type: 'log', data: { requestId, ...data } })
    },
  }
}

async function respondToAll(
  requests: z.output<typeof inputRequiredSchema>['inputRequests'],
  call: RelayedCall,
  substitutes: Substitutes,
): Promise<Json> {
  const responses = Object.entries(requests).map(async ([key, { method, params = {} }]) => [
    key,
    await respondToServer(method, params, call, substitutes, key),
  ])
  return Object.fromEntries(await Promise.all(responses))
}

/**
 * Sets the log level of a legacy server if the caller has one. The level applies to all calls of a connection.
 */
async function adjustLogLevel(
  { client, era, key }: ActiveConnection,
  { client: caller, signal }: RequestContext,
): Promise<void> {
  if (era !== 'legacy' || caller?.logLevel === undefined) return
  if (!isRecord(client.getServerCapabilities()?.logging)) return
  // On a shared connection, the level of one caller would apply to all. The server therefore sends all
  // messages, and `log` drops those below the level of the caller.
  const level = key === 'shared' ? 'debug' : caller.logLevel
  if (levels.get(client) === level) return
  levels.set(client, level)
  await client.setLoggingLevel(level, { signal }).catch(() => {})
}

const levels = new WeakMap<object, string>()
