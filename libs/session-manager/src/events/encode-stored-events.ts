import { encodeEvents } from '@mcp/http'

import type { StoredEvent } from '../store/event-store.ts'

/** Encodes events of a log as SSE. The SSE id of an event is its position, from which a client resumes. */
export function encodeStoredEvents(events: readonly StoredEvent[]): Uint8Array {
  return encodeEvents(
    ...events.map(({ position, type, data }) => ({ id: String(position), event: type, data })),
  )
}
