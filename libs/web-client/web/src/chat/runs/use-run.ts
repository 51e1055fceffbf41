import { useSyncExternalStore } from 'react'

import { rest } from '../../data/rest.ts'
import { stream } from '../../stream/browser-stream.ts'
import { positionOfRun } from '../../stream/position-of-run.ts'
import type { RunFollower, RunState, WatchedRun } from './watch-run.ts'
import { watchRun } from './watch-run.ts'

const maxCached = 200
const cached = new Map<string, WatchedRun>()

/** Follows a run. A view changes at most once in a frame. */
export function useRun(runId: string, isRunning: boolean): RunState {
  const { subscribe, read } = cachedRun(runId, isRunning)
  return useSyncExternalStore(subscribe, read)
}

function cachedRun(runId: string, isRunning: boolean): WatchedRun {
  const known = cached.get(runId)
  if (known !== undefined) return known
  const run = onceInFrame(
    watchRun(runId, {
      isRunning,
      read: (id, { onReconnect, ...options }) =>
        rest.runs.events(id, {
          ...options,
          onReconnect: ({ delayMs }) => onReconnect(delayMs),
        }),
      follow,
      now: Date.now,
    }),
  )
  const [oldest] = cached.keys()
  if (cached.size >= maxCached && oldest !== undefined) cached.delete(oldest)
  cached.set(runId, run)
  return run
}

/** Follows a run on the event stream of this browser. */
function follow(runId: string, follower: RunFollower): () => void {
  const reportConnection = () => follower.onConnection(stream.connection())
  const removeListener = stream.onConnectionChange(reportConnection)
  const unsubscribe = stream.subscribe(
    (entry) => {
      if (entry.source === 'restart') return
      if (entry.source === 'missing-run') {
        if (entry.runId === runId) follower.onMissing()
      } else if (entry.source === 'runs' && entry.runId === runId) follower.onEvent(entry.event)
      else follower.onPosition(positionOfRun(entry.position, runId))
    },
    { activity: false, runs: [runId] },
  )
  reportConnection()
  follower.onPosition(positionOfRun(stream.position(), runId))
  return () => {
    removeListener()
    unsubscribe()
  }
}

/** Calls the listeners of a run at most once in a frame, because each event of a replay is a change. */
function onceInFrame({ read, subscribe }: WatchedRun): WatchedRun {
  return {
    read,
    subscribe(listener) {
      let frame: number | undefined
      const unsubscribe = subscribe(() => {
        frame ??= requestAnimationFrame(() => {
          frame = undefined
          listener()
        })
      })
      return () => {
        if (frame !== undefined) cancelAnimationFrame(frame)
        unsubscribe()
      }
    },
  }
}
