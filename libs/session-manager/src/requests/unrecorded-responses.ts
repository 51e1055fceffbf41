import type { Clock } from '@mcp/protocol'

import type { ResponseStore, StoredResponse } from '../store/response-store.ts'
import { utf8Length } from '../store/utf8-length.ts'
import type { InFlightRequest } from './in-flight-requests.ts'

/** Responses that the store failed to record. A repeated request gets its response from here. */
export interface UnrecordedResponses {
  /** Adds a response to be recorded later. Without a response, the id of the request is freed later. */
  add(entry: InFlightRequest, at: number, response: StoredResponse | undefined): void
  find(sessionId: string, requestId: string): InFlightRequest | undefined
  /** Tries every second to record the responses, until the returned function is called. */
  retry(): () => void
  /** Tries once to record the responses. */
  flush(): Promise<void>
}

interface Unrecorded {
  readonly entry: InFlightRequest
  readonly at: number
  readonly response: StoredResponse | undefined
  /** Size of the body of the response. */
  readonly bytes: number
}

const retryEveryMs = 1000
const maxResponses = 1000
const maxTotalBytes = 16 * 1024 * 1024

export function createUnrecordedResponses(
  store: Pick<ResponseStore, 'settle'>,
  clock: Clock,
): UnrecordedResponses {
  // In the order in which the responses were added.
  const responses = new Map<string, Unrecorded>()
  let totalBytes = 0

  function remove(key: string, { bytes }: Unrecorded): void {
    if (responses.delete(key)) totalBytes -= bytes
  }

  async function flush(): Promise<void> {
    for (const [key, unrecorded] of responses) {
      const { entry, at, response } = unrecorded
      const { sessionId, request, ticket = '' } = entry
      try {
        await store.settle(sessionId, { requestId: request.id, ticket }, at, response)
      } catch {
        // The store reports its failures. The other responses would also fail, so they wait for the next
        // attempt.
        return
      }
      remove(key, unrecorded)
    }
  }

  return {
    add(entry, at, response) {
      const bytes = utf8Length(response?.body ?? '')
      responses.set(keyOf(entry.sessionId, entry.request.id), { entry, at, response, bytes })
      totalBytes += bytes
      for (const [key, oldest] of responses) {
        if (responses.size <= maxResponses && totalBytes <= maxTotalBytes) break
        remove(key, oldest)
      }
    },
    find: (sessionId, requestId) =>
      responses.size === 0 ? undefined : responses.get(keyOf(sessionId, requestId))?.entry,
    retry: () => clock.every(retryEveryMs, () => void flush()),
    flush,
  }
}

const keyOf = (sessionId: string, requestId: string): string => `${sessionId} ${requestId}`
