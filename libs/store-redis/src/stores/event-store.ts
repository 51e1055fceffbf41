import { assertNotificationSize, entryOverheadBytes } from '@mcp/session-manager'
import type { EventPage, EventStore } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { fieldsOf, listOf, textsOf } from '../results.ts'
import { append, readEvents } from '../scripts/event-scripts.ts'
import { createImportedPositions } from './imported-positions.ts'
import type { LoggedEvent, LogPart, PageParts } from './merge-logs.ts'
import { formatCursor, mergeLogs, parseCursor } from './merge-logs.ts'

export function createRedisEventStore({ connection, keys, limits }: Backend): EventStore {
  const readImported = createImportedPositions(connection, keys)

  async function readLog(
    id: string,
    after: number | '',
    limit: number,
  ): Promise<LogPart | undefined> {
    const k = id === '' ? keys.broadcasts : keys.sessionKeys(id)
    const result = listOf(
      await connection.run(readEvents, [k.session, k.events], [id, after, limit]),
    )
    if (result.length === 0) return undefined
    const [latest, trimmedTo, session, events, isAhead] = result
    return {
      latest: Number(latest),
      trimmedTo: Number(trimmedTo),
      session,
      events: listOf(events).map(toLogged),
      isAhead: isAhead === 1,
    }
  }

  async function read(
    id: string,
    text: string | undefined,
    limit: number,
  ): Promise<EventPage | undefined> {
    const imported = text === undefined ? undefined : await readImported(text)
    const after = text === undefined ? undefined : (imported?.cursor ?? parseCursor(text))
    const [own, all] = await Promise.all([
      readLog(id, after?.own ?? '', limit + 1),
      readLog('', after?.all ?? '', limit + 1),
    ])
    if (own === undefined || all === undefined) return undefined
    const latest = formatCursor({ own: own.latest, all: all.latest })
    if (after === undefined) {
      const fromNow = { events: [], cursor: latest, hasMore: false }
      return text === undefined ? fromNow : { ...fromNow, gapBefore: latest }
    }
    const since = Number(fieldsOf(own.session).get('since') ?? 0)
    const page = await fillPage({ id, after, own, all, since, limit, latest })
    return { ...page, gapBefore: page.gapBefore ?? imported?.gapBefore }
  }

  async function fillPage(part: PageParts): Promise<EventPage> {
    const { page, isFull } = mergeLogs(part)
    if (isFull || !page.hasMore) return page
    // Broadcasts that are not for this session do not count towards the limit.
    const rest = await read(part.id, page.cursor, part.limit - page.events.length)
    if (rest === undefined) return page
    return { ...rest, events: [...page.events, ...rest.events], gapBefore: page.gapBefore }
  }

  return {
    async append(sessionId, event) {
      assertNotificationSize(event, limits)
      const isOwn = sessionId !== undefined
      const k = isOwn ? keys.sessionKeys(sessionId) : keys.broadcasts
      const { id, type, at, server = '', data } = event
      const position = await connection.run(
        append,
        [k.session, k.events, k.eventIds, k.eventQueue, k.eventBytes],
        [
          sessionId ?? '',
          id,
          type,
          at,
          server,
          data,
          limits.maxEvents,
          limits.maxEventBytes,
          entryOverheadBytes,
          isOwn ? keys.channelOf(sessionId) : keys.channel,
          JSON.stringify({ type: 'appended', sessionId, event }),
        ],
      )
      if (typeof position !== 'number') return undefined
      if (position === 0) return false
      return isOwn ? `${position}.` : `.${position}`
    },
    read,
    advance(text, event) {
      const cursor = parseCursor(text)
      const log = event.cursor.startsWith('.') ? 'all' : 'own'
      const position = Number(event.cursor.replace('.', ''))
      if (cursor === undefined || position > cursor[log] + 1) return undefined
      return position <= cursor[log] ? text : formatCursor({ ...cursor, [log]: position })
    },
  }
}

function toLogged(result: unknown): LoggedEvent {
  const [id, values] = listOf(result)
  const [, eventId = '', , type = '', , at, , server = '', , micros, , data = ''] = textsOf(values)
  return {
    position: Number.parseInt(String(id), 10),
    micros: Number(micros),
    id: eventId,
    type,
    at: Number(at),
    server: server === '' ? undefined : server,
    data,
  }
}
