import { useSyncExternalStore } from 'react'

import { rest } from '../../data/rest.ts'
import type { RunState, WatchedRun } from './watch-run.ts'
import { watchRun } from './watch-run.ts'

const maxCached = 200
const cached = new Map<string, WatchedRun>()

/** Follows a run. A view changes at most once in a frame. */
export function useRun(runId: string): RunState {
  const { subscribe, read } = cachedRun(runId)
  return useSyncExternalStore(subscribe, read)
}

function cachedRun(runId: string): WatchedRun {
  const known = cached.get(runId)
  if (known !== undefined) return known
  const run = onceInFrame(
    watchRun(runId, {
      open: (id, { after, signal, onOpen, onReconnect }) =>
        rest.runs.events(id, {
          after,
          signal,
          onOpen,
          onReconnect: ({ delayMs }) => onReconnect(delayMs),
        }),
      now: Date.now,
    }),
  )
  const [oldest] = cached.keys()
  if (cached.size >= maxCached && oldest !== undefined) cached.delete(oldest)
  cached.set(runId, run)
  return run
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
