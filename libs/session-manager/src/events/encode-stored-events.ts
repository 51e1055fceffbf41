import { encodeEvents } from '@mcp/http'

import type { StoredEvent } from '../store/event-store.ts'

/** Encodes events of a log as SSE. The SSE id of an event is its cursor, from which a client resumes. */
export function encodeStoredEvents(events: readonly StoredEvent[]): Uint8Array {
  return encodeEvents(
    ...events.map(({ cursor, type, data }) => ({ id: cursor, event: type, data })),
  )
}
