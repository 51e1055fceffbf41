import type { Listeners } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'

import type { Activity } from './activity/activity.ts'
import type { EventStreams } from './events/event-streams.ts'
import type { InFlightRequests } from './requests/in-flight-requests.ts'
import type { Interactions } from './requests/interactions.ts'
import type { Requests } from './requests/requests.ts'
import type { SessionStore } from './store/session-store.ts'
import { isLive } from './store/session-store.ts'
import type { Signal } from './store/signal-bus.ts'

export interface SignalHandlerOptions {
  readonly requests: Pick<Requests, 'cancel' | 'cancelSession' | 'onSettled' | 'onMissed'>
  readonly streams: Pick<EventStreams, 'broadcast' | 'endSession' | 'catchUp'>
  readonly interactions: Pick<Interactions, 'onResolved' | 'onMissed'>
  readonly activity: Pick<Activity, 'end' | 'sessionIds'>
  readonly inFlight: Pick<InFlightRequests, 'list'>
  readonly store: Pick<SessionStore, 'read'>
  /** Receives the ids of the sessions that end. */
  readonly ended: Listeners<string>
  readonly onError: (error: unknown) => void
}

/** Creates the listener for the signals of all replicas. */
export function createSignalHandler(options: SignalHandlerOptions): (signal: Signal) => void {
  const { requests, streams, interactions, activity, inFlight, store, ended, onError } = options

  function endSession(sessionId: string): void {
    requests.cancelSession(sessionId, sessionEnded())
    activity.end(sessionId)
    ended.emit(sessionId)
  }

  /** Reads again the state that lost signals may have changed. */
  async function recover(): Promise<void> {
    streams.catchUp()
    requests.onMissed()
    interactions.onMissed()
    const running = inFlight.list().map(({ sessionId }) => sessionId)
    for (const sessionId of new Set([...running, ...activity.sessionIds()])) {
      if (!isLive(await store.read(sessionId))) endSession(sessionId)
    }
  }

  return (signal) => {
    switch (signal.type) {
      case 'appended':
        streams.broadcast(signal.event)
        break
      case 'ended':
        streams.endSession(signal.sessionId, signal.reason)
        endSession(signal.sessionId)
        break
      case 'cancel':
        requests.cancel(signal.sessionId, signal.requestId)
        break
      case 'resolved':
        interactions.onResolved(signal.interactionId, signal.resolution)
        break
      case 'settled':
        requests.onSettled(signal.sessionId, signal.requestId)
        break
      case 'message':
        // The mounts subscribe to their channels themselves.
        break
      case 'missed':
        recover().catch(onError)
        break
    }
  }
}

function sessionEnded(): McpError {
  return new McpError('cancelled', 'The session ended before the request completed.', {
    details: { reason: 'session-ended' },
  })
}
