import type { ActivityEntry, ActivityPage } from '@mcp/protocol/rest'

import type { ActivityLog, ActivityRecorder } from './activity-recorder.ts'
import { createActivityRecorder } from './activity-recorder.ts'

/** State of a source. Each change creates a new object, because React compares states by identity. */
export interface ActivityState {
  readonly log: ActivityLog
  readonly isLoading: boolean
  readonly error: unknown
}

/** Reads the activity of one session as long as it has listeners. */
export interface ActivitySource {
  readonly state: () => ActivityState
  subscribe(listener: () => void): () => void
  readonly clear: () => void
  /** Returns a copy of the present state, which does not change later. */
  readonly copy: () => ActivityLog
}

export interface ActivitySourceOptions {
  /** Reads the entries after a position. */
  readonly readPage: (after: number, signal: AbortSignal) => Promise<ActivityPage>
  /**
   * Calls `onEntry` for new entries, and `onChange` if there may be further entries. Returns the function
   * that stops the calls.
   */
  readonly follow: (onEntry: (entry: ActivityEntry) => void, onChange: () => void) => () => void
  readonly now: () => number
  /** Calls a function after a time. Returns the function that cancels. */
  readonly after: (ms: number, run: () => void) => () => void
}

/** Time between two renderings while entries arrive. */
const renderEveryMs = 100

/**
 * Creates the source of the activity of a session. The source keeps its entries while it has no listeners.
 */
export function createActivitySource(options: ActivitySourceOptions): ActivitySource {
  const { follow, now, after } = options
  const recorder = createActivityRecorder()
  const listeners = new Set<() => void>()
  let state: ActivityState = { log: recorder, isLoading: true, error: undefined }
  let stop = (): void => {}
  let isScheduled = false

  function set(change: Partial<ActivityState>): void {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }

  function render(): void {
    if (isScheduled) return
    isScheduled = true
    after(renderEveryMs, () => {
      isScheduled = false
      set({ error: undefined })
    })
  }

  function start(): () => void {
    const stopped = new AbortController()
    let reading: Promise<void> | undefined
    let mustReadAgain = false

    const read = (): void => {
      mustReadAgain = reading !== undefined
      reading ??= readPages(recorder, options.readPage, now, stopped.signal)
        .then(
          () => set({ isLoading: false, error: undefined }),
          (error: unknown) => {
            if (!stopped.signal.aborted) set({ isLoading: false, error })
          },
        )
        .finally(() => {
          reading = undefined
          if (mustReadAgain && !stopped.signal.aborted) read()
        })
    }
    const unfollow = follow((entry) => {
      // If entries before this one are missing, the source reads all entries that it lacks.
      if (entry.seq > recorder.lastSeq() + 1 || reading !== undefined) read()
      else if (recorder.add([entry])) render()
    }, read)
    read()
    return () => {
      stopped.abort()
      unfollow()
    }
  }

  return {
    state: () => state,
    subscribe(listener) {
      if (listeners.size === 0) stop = start()
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) stop()
      }
    },
    clear() {
      recorder.clear()
      set({})
    },
    copy: recorder.copy,
  }
}

async function readPages(
  recorder: ActivityRecorder,
  readPage: ActivitySourceOptions['readPage'],
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const page = await readPage(recorder.lastSeq(), signal)
    if (signal.aborted) return
    if (page.last !== undefined && page.last < recorder.lastSeq()) {
      recorder.restart(new Date(now()).toISOString())
      continue
    }
    recorder.add(page.entries)
    if (page.nextCursor === undefined) return
  }
}
