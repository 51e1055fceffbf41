import { chain } from '@mcp/concurrency'
import { eventStreamHeaders, jsonResponse, readJson } from '@mcp/http'
import type { RawResponse } from '@mcp/http'
import { McpError, parseValue } from '@mcp/protocol'

import { toActivityEntry } from './activity-entry.ts'
import type { Activity } from './activity.ts'
import { previewOf } from './preview.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { SessionBodyLimits } from '../http/body-schemas.ts'
import { bodySchemas } from '../http/body-schemas.ts'
import { invalidCursor } from '../store/session-index.ts'
import { readLastEventId, readPageQuery } from '../http/page-query.ts'
import { noContent } from '../http/responses.ts'
import type { RouteCall, RouteHandler } from '../http/route.ts'

export interface ActivityHandlersOptions {
  readonly activity: Pick<Activity, 'of' | 'streams' | 'modelCalled'>
  readonly sessions: Pick<Sessions, 'find'>
  readonly limits: SessionBodyLimits
  /** Throws `unavailable` during shutdown. */
  readonly assertOpen: () => void
}

export type ActivityHandlers = Readonly<Record<'read' | 'readEntry' | 'report', RouteHandler>>

export function createActivityHandlers(options: ActivityHandlersOptions): ActivityHandlers {
  const { activity, sessions, limits, assertOpen } = options

  function openStream({ request, owner, path: { sessionId }, query }: RouteCall): RawResponse {
    const after = readLastEventId(
      request.header('last-event-id') ?? query.get('lastEventId') ?? undefined,
    )
    // The positions of the activity are integers.
    const position = after === undefined ? undefined : Math.floor(Number(after))
    assertOpen()
    const session = { sessionId, owner }
    activity.streams.assertCapacity(session)
    return {
      status: 200,
      headers: eventStreamHeaders,
      stream: (sink) => activity.streams.open(session, position, sink),
    }
  }

  function readPage({ path: { sessionId }, query }: RouteCall): RawResponse {
    const { limit, cursor } = readPageQuery(query)
    if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) throw invalidCursor()
    const log = activity.of(sessionId)
    log.watch()
    log.render(limit)
    const records = log.read(Number(cursor ?? 0), limit)
    const { seq } = records.at(-1) ?? { seq: log.last }
    const nextCursor = seq === log.last ? undefined : String(seq)
    return jsonResponse(200, { entries: records.map(toActivityEntry), nextCursor, last: log.last })
  }

  return {
    read: (call) =>
      chain(sessions.find(call.path.sessionId, call.owner), () =>
        call.request.header('accept')?.includes('text/event-stream') === true
          ? openStream(call)
          : readPage(call),
      ),
    readEntry: ({ owner, path: { sessionId, seq = '' } }) =>
      chain(sessions.find(sessionId, owner), () => {
        const record = /^\d{1,15}$/.test(seq) ? activity.of(sessionId).find(Number(seq)) : undefined
        if (record === undefined) {
          throw new McpError(
            'not-found',
            `Activity entry ${seq.slice(0, 20)} not found. Entries beyond the limit are removed, oldest first.`,
          )
        }
        const { content, preview } = record
        const text = content === undefined ? preview : previewOf(content)
        const whole = text === undefined ? {} : { content: JSON.parse(text) }
        return jsonResponse(200, { ...toActivityEntry(record), ...whole })
      }),
    report: ({ request, owner, path: { sessionId } }) =>
      chain(sessions.find(sessionId, owner), () => {
        const call = parseValue(
          'call of a model',
          bodySchemas().modelCall,
          readJson(request, limits),
        )
        activity.modelCalled(sessionId, call)
        return noContent
      }),
  }
}
