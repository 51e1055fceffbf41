import { encodeEvents } from '@mcp/http'
import type { ServerSentEvent } from '@mcp/http'
import { systemNotifications } from '@mcp/protocol'
import type { EventEncoding } from '@mcp/session-manager'

import { encodeCall } from '../rpc/rpc-message.ts'
import type { Change } from './changes.ts'
import { changesOf } from './changes.ts'

const retryMs = 1000

/**
 * Creates the format of a GET stream: the log of the session, as notifications of the standard. The ids
 * are those of the log, so a client resumes with `Last-Event-ID`, also after a restart. `isPrimed` is
 * whether the client supports events without data.
 */
export function createChangeEncoding(isPrimed: boolean): EventEncoding {
  return {
    encode(events) {
      const all: ServerSentEvent[] = []
      for (const { cursor, type, data } of events) {
        const changes = changesOf(type, data)
        for (const [index, change] of changes.entries()) {
          // A client that was cut off between the messages of one event receives all of them again.
          const id = index === changes.length - 1 ? cursor : undefined
          all.push({ event: 'message', id, data: encodeChange(change) })
        }
      }
      return all.length === 0 ? undefined : encodeEvents(...all)
    },
    encodeOwn({ type }, id) {
      if (type === systemNotifications.streamOpen && id !== undefined && isPrimed) {
        return encodeEvents({ id, data: '', retryMs })
      }
      // The log no longer contains all events, so anything may have changed.
      if (type !== systemNotifications.streamGap) return undefined
      const changes = changesOf(systemNotifications.catalogueChanged, '')
      return encodeEvents(
        ...changes.map((change) => ({ event: 'message', data: encodeChange(change) })),
      )
    },
  }
}

function encodeChange({ method, params }: Change): string {
  return encodeCall(method, params)
}
