import type { Heartbeats } from '@mcp/http'
import type {
  Clock,
  InteractionRequest,
  NotificationEnvelope,
  RequestContext,
  ResponseEnvelope,
} from '@mcp/protocol'

import type { InFlightRequest } from '../requests/in-flight-requests.ts'
import type { IncomingRequest } from '../requests/incoming-request.ts'
import { createSharedBudget } from '../store/memory/shared-budget.ts'
import type { ActivityRecord } from './activity-entry.ts'
import {
  emptyRecord,
  recordNotification,
  recordRequest,
  recordResponse,
} from './activity-records.ts'
import type { ActivityStreams } from './activity-streams.ts'
import { createActivityStreams } from './activity-streams.ts'
import type { ActivityLimits, SessionActivity } from './session-activity.ts'
import { createSessionActivity } from './session-activity.ts'

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
  started(entry: InFlightRequest, incoming: IncomingRequest, at: number): ActivityRecord
  finished(
    entry: InFlightRequest,
    response: ResponseEnvelope,
    at: number,
  ): ActivityRecord | undefined
  /** Records a notification to one session or, without a session, to all sessions. */
  notified(sessionId: string | undefined, notification: NotificationEnvelope): void
  /** Records a question that a request sends to its caller directly, and the response. */
  observe(entry: InFlightRequest, ask: Ask): Ask
  modelCalled(sessionId: string, call: ModelCall): void
  /** Returns the activity of a session. */
  of(sessionId: string): SessionActivity
  end(sessionId: string): void
  close(): void
}

type Ask = NonNullable<RequestContext['ask']>

export interface ActivityOptions {
  readonly clock: Clock
  readonly heartbeats: Heartbeats
  readonly maxBufferedBytes: number
  readonly maxStreamsPerSession: number
}

const limits: ActivityLimits = {
  maxEntries: 5000,
  maxBytes: 8 * 1024 * 1024,
  maxPreviewLength: 4096,
}
/** Maximum size of the activity of all sessions, in bytes. */
const maxTotalBytes = 64 * 1024 * 1024
const maxBroadcasts = 1000

/** Creates the activity of all sessions of this process, in memory. */
export function createActivity(options: ActivityOptions): Activity {
  const { clock } = options
  const budget = createSharedBudget(maxTotalBytes)
  const logs = new Map<string, SessionActivity>()
  /** The last notifications to all sessions. A log copies them before its next entry is added or read. */
  const broadcasts: ActivityRecord[] = []
  let broadcastCount = 0
  const streams = createActivityStreams({ ...options, activityOf: of })

  function of(sessionId: string): SessionActivity {
    let log = logs.get(sessionId)
    if (log === undefined) {
      log = createSessionActivity(limits, budget, broadcastCount)
      logs.set(sessionId, log)
    }
    if (log.broadcasts !== broadcastCount) copyBroadcasts(log)
    return log
  }

  function copyBroadcasts(log: SessionActivity): void {
    const missed = Math.min(broadcastCount - log.broadcasts, broadcasts.length)
    log.broadcasts = broadcastCount
    for (const record of broadcasts.slice(-missed)) log.append({ ...record })
  }

  function append(sessionId: string, record: ActivityRecord): ActivityRecord {
    const log = of(sessionId)
    log.append(record)
    if (log.isWatched) streams.schedule(sessionId, log)
    return record
  }

  function interaction(
    { sessionId, request }: InFlightRequest,
    name: string,
    status: string,
    from: string,
    content: unknown,
  ): void {
    const kind = 'interaction'
    append(sessionId, {
      ...emptyRecord,
      at: clock.now(),
      kind,
      id: request.id,
      name,
      from,
      status,
      content,
    })
  }

  return {
    started: (entry, incoming, at) => append(entry.sessionId, recordRequest(entry, incoming, at)),
    finished({ sessionId, activity }, response, at) {
      // The log of a session that has ended must not be created again.
      if (activity === undefined || !logs.has(sessionId)) return undefined
      return append(sessionId, recordResponse(activity, response, at))
    },
    notified(sessionId, notification) {
      if (sessionId !== undefined) {
        append(sessionId, recordNotification(notification, clock.now()))
        return
      }
      broadcastCount++
      const record = recordNotification(notification, clock.now())
      broadcasts.push(record)
      if (broadcasts.length > maxBroadcasts) broadcasts.shift()
      streams.scheduleAll()
      // The logs with readers have copied the content. A thousand large ones must not stay in memory.
      record.content = undefined
    },
    observe: (entry, ask) => async (question: InteractionRequest) => {
      const { kind, key: _key, ...shown } = question
      interaction(entry, kind, 'required', entry.activity?.server ?? 'server', shown)
      const response = await ask(question)
      const from = entry.activity?.from ?? 'client'
      interaction(entry, kind, response.action, from, response.content)
      return response
    },
    modelCalled(sessionId, { id, provider, model, status, durationMs, bytes, content, source }) {
      const call = { id, server: provider, name: model, from: source, status, durationMs, bytes }
      append(sessionId, { ...emptyRecord, ...call, at: clock.now(), kind: 'model', content })
    },
    of,
    end(sessionId) {
      streams.end(sessionId)
      logs.get(sessionId)?.clear()
      logs.delete(sessionId)
    },
    streams,
    close: () => streams.close(),
  }
}
