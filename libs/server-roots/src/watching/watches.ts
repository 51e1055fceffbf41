import { McpError } from '@mcp/protocol'
import type { SessionOfRequest, SessionStateLifetime } from '@mcp/server'
import { createSessionState, notFound } from '@mcp/server'

import type { Bounds } from '../bounds.ts'
import type { ChangeEvent, WatchRequest } from './folder-watch.ts'
import { watchFolder } from './folder-watch.ts'
import type { SessionRoots } from '../roots/session-roots.ts'

/** The watches of all sessions. */
export interface Watches extends SessionStateLifetime {
  start(request: WatchRequest, context: SessionOfRequest): Promise<string>
  stop(watchId: string, context: SessionOfRequest): Promise<void>
}

export interface WatchesOptions {
  readonly sessionRoots: SessionRoots
  readonly bounds: Bounds
  /** Emits an event to one session. */
  readonly emit: (event: ChangeEvent, sessionId: string) => void
}

type Stop = () => Promise<void>

export function createWatches({ sessionRoots, bounds, emit }: WatchesOptions): Watches {
  let count = 0
  const states = createSessionState({
    create: () => new Map<string, Stop>(),
    async release(watches) {
      await Promise.all(Array.from(watches.values(), (stop) => stop()))
    },
  })

  return {
    async start(request, context) {
      const watches = states.of(context)
      const { sessionId = '' } = context
      if (watches.size >= bounds.maxWatches) {
        throw new McpError(
          'rate-limited',
          `Limit reached: ${bounds.maxWatches} watches per session. End one first.`,
          {
            details: { reason: 'too-many-watches' },
            retryable: false,
          },
        )
      }
      const watchId = `watch-${++count}`
      // The watch is counted before the first await, so that concurrent calls cannot exceed the limit.
      watches.set(watchId, async () => {})
      try {
        const stop = await watchFolder(request, {
          bounds,
          signal: context.signal,
          // The root is looked up at each change, because the session may have narrowed it.
          findRoot: () => sessionRoots.list(context).find(({ name }) => name === request.root),
          emit: (event) => emit(event, sessionId),
          onEnd: () => watches.delete(watchId),
        })
        if (states.find(sessionId) !== watches) {
          await stop()
          context.signal.throwIfAborted()
          throw new McpError('cancelled', 'The session was closed before the watch started.')
        }
        watches.set(watchId, stop)
        return watchId
      } catch (thrown) {
        watches.delete(watchId)
        throw thrown
      }
    },
    async stop(watchId, context) {
      const watches = states.of(context)
      const stop = watches.get(watchId)
      if (stop === undefined) throw notFound('watch', watchId, watches.keys())
      watches.delete(watchId)
      await stop()
    },
    sessionClosed: (sessionId) => states.sessionClosed(sessionId),
    close: () => states.close(),
  }
}
