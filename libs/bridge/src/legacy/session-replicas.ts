import type { ReplicaCalls } from '@mcp/concurrency'
import type { Heartbeats } from '@mcp/http'
import { logLevels } from '@mcp/protocol'
import type { Clock, LogLevel } from '@mcp/protocol'
import * as z from 'zod'

import type { RpcId, RpcOutcome } from '../rpc/rpc-message.ts'
import type { CallStreams, ResumableStream } from './call-streams.ts'
import type { ClientRequests } from './client-requests.ts'
import type { LegacySessions } from './legacy-session.ts'
import { defaultLogLevel } from './legacy-session.ts'
import { createRelayedStream, relayStream } from './relayed-stream.ts'

/**
 * Gives the processes access to the state of a session that only one of them has: calls in flight, requests to
 * the client, and open streams. A client may send each of its requests to another process.
 */
export interface SessionReplicas {
  /** Passes a response of the client on to the process that waits for it. */
  respond(sessionId: string, id: RpcId, outcome: RpcOutcome): Promise<void>
  /** Cancels a call in the process that runs it. */
  cancel(sessionId: string, requestId: RpcId): Promise<void>
  setLogLevel(sessionId: string, level: LogLevel): Promise<void>
  /** Requests the level of log messages of a session that another process may have. */
  requestLogLevel(sessionId: string): void
  /** Ends the GET streams of the session in the other processes. */
  streamOpened(sessionId: string): void
  /** Returns the stream of a call that another process has, or undefined. */
  findStream(sessionId: string, lastEventId: string): Promise<ResumableStream | undefined>
}

export interface SessionReplicasOptions {
  readonly calls: ReplicaCalls
  readonly sessions: Pick<LegacySessions, 'used' | 'verifyAll'>
  readonly callStreams: Pick<CallStreams, 'findOwn'>
  readonly clientRequests: Pick<ClientRequests, 'respond'>
  readonly clock: Clock
  readonly heartbeats: Heartbeats
  readonly maxBufferedBytes: number
}

const sessionId = z.string()
const rpcId = z.union([z.string(), z.int()])
const outcome = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), result: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('error'), code: z.int(), message: z.string() }),
])
const schemas = {
  response: z.object({ sessionId, id: rpcId, outcome }),
  cancel: z.object({ sessionId, requestId: rpcId }),
  level: z.object({ sessionId, level: z.enum(logLevels) }),
  session: z.object({ sessionId }),
  resume: z.object({ sessionId, lastEventId: z.string() }),
}

export function createSessionReplicas(options: SessionReplicasOptions): SessionReplicas {
  const { calls, sessions, callStreams, clientRequests } = options
  const setLogLevel: SessionReplicas['setLogLevel'] = (id, level) =>
    calls.broadcast('log-level', { sessionId: id, level })

  calls.onMissed(() => sessions.verifyAll())
  calls.handle('response', (params) => {
    const received = schemas.response.parse(params)
    clientRequests.respond(received.sessionId, received.id, received.outcome)
    return undefined
  })
  calls.handle('cancel', (params) => {
    const received = schemas.cancel.parse(params)
    sessions.used(received.sessionId)?.calls.get(received.requestId)?.abort()
    return undefined
  })
  calls.handle('log-level', (params) => {
    const received = schemas.level.parse(params)
    const session = sessions.used(received.sessionId)
    if (session !== undefined) session.logLevel = received.level
    return undefined
  })
  calls.handle('session-restored', (params) => {
    const session = sessions.used(schemas.session.parse(params).sessionId)
    if (session === undefined || session.logLevel === defaultLogLevel) return undefined
    return setLogLevel(session.id, session.logLevel)
  })
  calls.handle('stream-opened', (params) => {
    sessions.used(schemas.session.parse(params).sessionId)?.endStream?.()
    return undefined
  })
  calls.handle('resume-call', (params, call) => {
    const received = schemas.resume.parse(params)
    const stream = callStreams.findOwn(received.sessionId, received.lastEventId)
    return stream && relayStream(stream, call)
  })

  /** Sends a message whose loss is harmless. */
  function announce(name: string, id: string): void {
    calls.broadcast(name, { sessionId: id }).catch(() => {})
  }

  return {
    respond: (id, requestId, result) =>
      calls.broadcast('response', { sessionId: id, id: requestId, outcome: result }),
    cancel: (id, requestId) => calls.broadcast('cancel', { sessionId: id, requestId }),
    setLogLevel,
    requestLogLevel: (id) => announce('session-restored', id),
    streamOpened: (id) => announce('stream-opened', id),
    findStream: (id, lastEventId) => createRelayedStream({ sessionId: id, lastEventId }, options),
  }
}
