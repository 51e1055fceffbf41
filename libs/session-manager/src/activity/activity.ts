import type { Heartbeats } from '@mcp/http'
import type {
  Clock,
  InteractionRequest,
  NotificationEnvelope,
  RequestContext,
  ResponseEnvelope,
} from '@mcp/protocol'

import type { StreamCounts } from '../events/stream-counts.ts'
import type { InFlightRequest } from '../requests/in-flight-requests.ts'
import type { IncomingRequest } from '../requests/incoming-request.ts'
import type { ActivityKind, ActivityRecord } from './activity-entry.ts'
import { createActivityLogs } from './activity-logs.ts'
import { describeNotification, fillRequest, fillResponse } from './activity-records.ts'
import type { ActivityStreams } from './activity-streams.ts'
import { createActivityStreams } from './activity-streams.ts'
import type { SessionActivity } from './session-activity.ts'

/** A call of a language model, as the program that made it reports it. */
export interface ModelCall {
  readonly id: string
  readonly provider: string
  readonly model: string
  readonly status: string
  readonly durationMs?: number | undefined
  readonly bytes?: number | undefined
  readonly content?: unknown
  readonly source: string
}

/** Records requests, responses, notifications, interactions and calls of models, by session. */
export interface Activity {
  /** The streams of the entries. */
  readonly streams: Pick<ActivityStreams, 'open' | 'assertCapacity'>
  started(entry: InFlightRequest, incoming: IncomingRequest): void
  /** Records the server of a request. */
  routed(entry: InFlightRequest, server: string): void
  finished(entry: InFlightRequest, response: ResponseEnvelope, at: number): void
  /** Records a notification to one session or, without a session, to all sessions. */
  notified(sessionId: string | undefined, notification: NotificationEnvelope): void
  /** Wraps the `ask` of a caller, so that each interaction of the request and its response are recorded. */
  observe(entry: InFlightRequest, ask: Ask): Ask
  modelCalled(sessionId: string, call: ModelCall): void
  /** Returns the activity of a session. */
  of(sessionId: string): SessionActivity
  /** Ids of the sessions with an activity in this process. */
  sessionIds(): Iterable<string>
  end(sessionId: string): void
  close(): void
}

type Ask = NonNullable<RequestContext['ask']>

export interface ActivityOptions {
  readonly clock: Clock
  readonly heartbeats: Heartbeats
  readonly streamCounts: StreamCounts
  readonly maxBufferedBytes: number
  readonly maxStreamsPerSession: number
  readonly maxActivityEntries: number
}

/** Creates the activity of all sessions of this process, in memory. */
export function createActivity(options: ActivityOptions): Activity {
  const { clock, maxActivityEntries } = options
  const logs = createActivityLogs(maxActivityEntries)
  const streams = createActivityStreams({ ...options, activityOf: of })
  const isOff = maxActivityEntries === 0

  function of(sessionId: string): SessionActivity {
    return logs.of(sessionId)
  }

  function append(
    sessionId: string,
    kind: ActivityKind,
    content: unknown,
    fields: Partial<ActivityRecord>,
  ): void {
    if (!isOff) add(sessionId, logs.of(sessionId), kind, content, fields)
  }

  function add(
    sessionId: string,
    log: SessionActivity,
    kind: ActivityKind,
    content: unknown,
    fields: Partial<ActivityRecord>,
  ): void {
    Object.assign(log.append(kind, clock.now(), content), fields)
    if (log.isWatched) streams.schedule(sessionId, log)
  }

  /** Adds an interaction to the activity of its request, unless the session has ended. */
  function appendInteraction(
    { sessionId, activity: log }: InFlightRequest,
    content: unknown,
    fields: Partial<ActivityRecord>,
  ): void {
    if (log === undefined || log.isEnded) return
    logs.copyBroadcasts(log)
    add(sessionId, log, 'interaction', content, fields)
  }

  return {
    started(entry, incoming) {
      if (isOff) return
      const { sessionId, startedAt, request } = entry
      const log = logs.of(sessionId)
      const record = log.append('request', startedAt, request.payload)
      fillRequest(record, entry, incoming)
      entry.activity = log
      entry.requestSeq = record.seq
      if (log.isWatched) streams.schedule(sessionId, log)
    },
    routed(entry, server) {
      entry.server = server
      const record = entry.activity?.find(entry.requestSeq)
      if (record !== undefined) record.server = server
    },
    finished(entry, response, at) {
      const { sessionId, activity: log } = entry
      // The log of a session that has ended must not be created again.
      if (log === undefined || log.isEnded) return
      logs.copyBroadcasts(log)
      const content = response.status === 'success' ? response.data : response.error
      const record = log.append('response', at, content)
      fillResponse(record, entry, response)
      entry.responseSeq = record.seq
      if (log.isWatched) streams.schedule(sessionId, log)
    },
    notified(sessionId, notification) {
      if (isOff) return
      const { data } = notification
      const { kind, ...fields } = describeNotification(notification)
      if (sessionId !== undefined) return append(sessionId, kind, data, fields)
      const broadcast = logs.broadcast({ kind, ...fields }, clock.now(), data)
      streams.scheduleAll()
      // `scheduleAll` has copied the content into the logs with readers. It is dropped here, because up to
      // 1,000 broadcasts stay in memory and their contents may be large.
      broadcast.content = undefined
    },
    observe: createObserver(appendInteraction),
    modelCalled(sessionId, { id, provider, model, status, durationMs, bytes, content, source }) {
      const call = { id, server: provider, name: model, from: source, status, durationMs, bytes }
      append(sessionId, 'model', content, call)
    },
    of,
    sessionIds: () => logs.sessionIds(),
    end(sessionId) {
      streams.end(sessionId)
      logs.end(sessionId)
    },
    streams,
    close: () => streams.close(),
  }
}

/** Creates the function that wraps the `ask` of a caller. `record` adds an interaction or the response to it. */
function createObserver(
  record: (entry: InFlightRequest, content: unknown, fields: Partial<ActivityRecord>) => void,
): Activity['observe'] {
  return (entry, ask) => async (interaction: InteractionRequest) => {
    const { request, server = 'server' } = entry
    const { kind: name, key: _key, ...shown } = interaction
    const fields = { id: request.id, name }
    record(entry, shown, { ...fields, from: server, status: 'required' })
    const response = await ask(interaction)
    const { action: status, content } = response
    const from = entry.activity?.find(entry.requestSeq)?.from ?? 'client'
    record(entry, content, { ...fields, from, status })
    return response
  }
}
