import type { EventPage, StoredEvent } from '@mcp/session-manager'

import { toSession } from '../results.ts'

/** Positions in the log of a session and in the log of broadcasts. */
export interface Cursor {
  readonly own: number
  readonly all: number
}

/** Some events of one log. */
export interface LogPart {
  readonly latest: number
  readonly trimmedTo: number
  readonly session: unknown
  readonly events: readonly LoggedEvent[]
  /** Whether the requested position was ahead of the log. */
  readonly isAhead: boolean
}

export interface LoggedEvent extends Omit<StoredEvent, 'cursor'> {
  readonly position: number
  readonly micros: number
}

/** The parts of a page. */
export interface PageParts {
  readonly id: string
  readonly after: Cursor
  readonly own: LogPart
  readonly all: LogPart
  /** Position of the broadcasts when the session was created. */
  readonly since: number
  readonly limit: number
  readonly latest: string
}

/** Returns the cursor before which events are missing, if there is a gap. */
function gapOf(start: Cursor, own: LogPart, all: LogPart): string | undefined {
  if (own.isAhead || all.isAhead) return formatCursor({ own: own.latest, all: all.latest })
  const hasOwnGap = own.trimmedTo > start.own
  if (!hasOwnGap && all.trimmedTo <= start.all) return undefined
  return hasOwnGap
    ? formatCursor({ own: own.trimmedTo + 1, all: Math.max(start.all, all.trimmedTo) })
    : formatCursor({ own: start.own, all: all.trimmedTo + 1 })
}

/** Removes and returns the earlier one of the first events of two logs; undefined if both logs are empty. */
function takeNext(waiting: { readonly own: LoggedEvent[]; readonly all: LoggedEvent[] }) {
  const [own] = waiting.own
  const [all] = waiting.all
  const log = all === undefined || (own !== undefined && own.micros <= all.micros) ? 'own' : 'all'
  const event = waiting[log].shift()
  return event === undefined ? undefined : ({ log, event } as const)
}

export function parseCursor(text: string): Cursor | undefined {
  const [, own, all] = /^(\d{1,16})\.(\d{1,16})$/.exec(text) ?? []
  return own === undefined || all === undefined ? undefined : { own: Number(own), all: Number(all) }
}

export const formatCursor = ({ own, all }: Cursor): string => `${own}.${all}`

/**
 * Merges the events of a session and the broadcasts, in the order of time. `isFull` is whether the page
 * contains as many events as requested.
 */
export function mergeLogs(part: PageParts): { readonly page: EventPage; readonly isFull: boolean } {
  const { id, after, own, all, since, limit, latest } = part
  const { servers } = toSession(id, own.session, 0)
  const start = { own: after.own, all: Math.max(after.all, since) }
  const gapBefore = gapOf(start, own, all)
  const cursor = {
    own: Math.max(own.isAhead ? own.latest : start.own, own.trimmedTo),
    all: all.isAhead ? all.latest : Math.max(start.all, all.trimmedTo),
  }
  const events: StoredEvent[] = []
  const shared = all.events.filter(({ position }) => position > start.all)
  const waiting = { own: [...own.events], all: shared }
  let isCut = false
  for (let next = takeNext(waiting); next !== undefined && !isCut; next = takeNext(waiting)) {
    const { position, micros: _micros, ...event } = next.event
    const isForSession =
      event.server === undefined || next.log === 'own' || servers.includes(event.server)
    if (isForSession && events.length === limit) {
      isCut = true
      break
    }
    cursor[next.log] = position
    if (isForSession) events.push({ ...event, cursor: formatCursor(cursor) })
    // The log was read only up to here.
    isCut = waiting[next.log].length === 0 && part[next.log].events.length > limit
  }
  const page = { events, cursor: isCut ? formatCursor(cursor) : latest, hasMore: isCut, gapBefore }
  return { page, isFull: events.length === limit }
}
