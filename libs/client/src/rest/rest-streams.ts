import type { NotificationEnvelope } from '@mcp/protocol'
import { isRunEvent } from '@mcp/protocol/agent'
import type { RunEvent } from '@mcp/protocol/agent'
import type { Clock } from '@mcp/protocol/light'
import { isRecord } from '@mcp/protocol/light'
import type { ActivityEntry, PendingItem } from '@mcp/protocol/rest'

import { followEvents, stoppable } from '../http/follow-events.ts'
import type { FollowedEvent, Reconnect } from '../http/follow-events.ts'
import { invalidResponse, readJson } from '../http/failures.ts'
import type { RestCall, RestCallOptions, RestTransport } from './rest-transport.ts'

/** Options of a stream. It reconnects and resumes after its last event, until the signal is aborted. */
export interface StreamOptions extends RestCallOptions {
  /** Called when the stream has connected or reconnected. */
  readonly onOpen?: (() => void) | undefined
  /** Called when the stream is interrupted, before the wait for the reconnect. */
  readonly onReconnect?: ((reconnect: Reconnect) => void) | undefined
}

export interface RunStreamOptions extends StreamOptions {
  /** `seq` of the event after which the stream starts. Default: 0, the start of the run. */
  readonly after?: number | undefined
}

/** Options of {@link RestClient.stream}. */
export interface CombinedStreamOptions extends StreamOptions {
  /** Whether to include the notifications of the session. */
  readonly session?: boolean | undefined
  /** Whether to include the activity of the session. */
  readonly activity?: boolean | undefined
  /** Whether to include the list of approvals and interactions that wait for the user. */
  readonly pending?: boolean | undefined
  /** Ids of runs, at most 20. */
  readonly runs?: readonly string[] | undefined
  /** `position` of an entry. Each source starts after its position in it. */
  readonly after?: string | undefined
}

/** An entry of the activity, or a notification about its stream, such as `stream-gap`. */
export type ActivityItem =
  | { readonly entry: ActivityEntry }
  | { readonly notification: NotificationEnvelope }

/** An entry of `GET /stream`. */
export type StreamEntry = {
  /** Positions of all sources. Pass it as `after` to resume. */
  readonly position: string | undefined
} & (
  | { readonly source: 'runs'; readonly runId: string; readonly event: RunEvent }
  | { readonly source: 'pending'; readonly pending: readonly PendingItem[] }
  | { readonly source: 'session'; readonly notification: NotificationEnvelope }
  | ({ readonly source: 'activity' } & ActivityItem)
)

export interface RestStreamsOptions {
  readonly transport: RestTransport
  readonly clock: Clock
}

/** Creates the functions that open the streams of the web client. */
export function createRestStreams({ transport, clock }: RestStreamsOptions) {
  const { name } = transport

  function follow(
    call: RestCall,
    { after, ...options }: StreamOptions & { readonly after?: string | undefined },
  ): AsyncIterableIterator<FollowedEvent, void> {
    const open = async (position: string | undefined, signal: AbortSignal): Promise<Response> => {
      const headers = { accept: 'text/event-stream', 'last-event-id': position }
      const response = await transport.send({ ...call, headers, signal })
      options.onOpen?.()
      return response
    }
    const { onReconnect } = options
    return stoppable(
      (stopped) =>
        followEvents({
          name,
          clock,
          open,
          lastEventId: after,
          stopped,
          closed: stopped,
          onReconnect,
        }),
      options.signal,
    )
  }

  const invalid = () => invalidResponse(name, 'the events of this stream')

  return {
    async *run(
      runId: string,
      { after, ...options }: RunStreamOptions,
    ): AsyncGenerator<RunEvent, void> {
      const position = after === undefined ? undefined : String(after)
      const path = ['runs', runId, 'events']
      for await (const { data } of follow({ path }, { ...options, after: position })) {
        const value = readJson(data, name)
        if (!isRunEvent(value)) throw invalid()
        yield value
        if (value.event.type === 'run-finished') return
      }
    },
    async *activity(
      options: StreamOptions & { readonly after?: string | undefined },
    ): AsyncGenerator<ActivityItem & { readonly position: string | undefined }, void> {
      for await (const { data, position } of follow({ path: ['activity'] }, options)) {
        const item = activityItem(readJson(data, name))
        if (item === undefined) throw invalid()
        yield { ...item, position }
      }
    },
    async *combined({
      session,
      activity,
      pending,
      runs = [],
      ...options
    }: CombinedStreamOptions): AsyncGenerator<StreamEntry, void> {
      const query = {
        session: session === true ? 1 : undefined,
        activity: activity === true ? 1 : undefined,
        pending: pending === true ? 1 : undefined,
        runs: runs.length === 0 ? undefined : runs.join(','),
      }
      for await (const { event, data, position } of follow({ path: ['stream'], query }, options)) {
        const item = streamItem(event, readJson(data, name))
        // A web client of a later version may have more sources.
        if (item !== undefined) yield { ...item, position }
      }
    },
  }
}

type StreamItem<Entry = StreamEntry> = Entry extends unknown ? Omit<Entry, 'position'> : never

function streamItem(source: string | undefined, value: unknown): StreamItem | undefined {
  if (!isRecord(value)) return undefined
  switch (source) {
    case 'runs': {
      const { runId, ...event } = value
      return typeof runId === 'string' && isRunEvent(event) ? { source, runId, event } : undefined
    }
    case 'pending':
      return isPendingList(value) ? { source, pending: value.pending } : undefined
    case 'session':
      return isNotification(value) ? { source, notification: value } : undefined
    case 'activity': {
      const item = activityItem(value)
      return item && { source, ...item }
    }
    default:
      return undefined
  }
}

function activityItem(value: unknown): ActivityItem | undefined {
  if (isNotification(value)) return { notification: value }
  return isActivityEntry(value) ? { entry: value } : undefined
}

function isNotification(value: unknown): value is NotificationEnvelope {
  return isRecord(value) && typeof value['type'] === 'string' && isRecord(value['data'])
}

function isActivityEntry(value: unknown): value is ActivityEntry {
  return isRecord(value) && typeof value['seq'] === 'number' && typeof value['kind'] === 'string'
}

function isPendingList(value: object): value is { readonly pending: readonly PendingItem[] } {
  return 'pending' in value && Array.isArray(value.pending)
}
