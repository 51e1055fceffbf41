import { useEffect, useEffectEvent, useState } from 'react'

import { rest } from '../data/rest.ts'
import { useStreamEntries } from '../stream/use-stream.ts'
import type { ActivityLog } from './exchange.ts'
import { createActivityRecorder } from './exchange.ts'

const pageSize = 500
/** Time between two renderings while entries arrive. */
const renderEveryMs = 100

export interface Activity {
  readonly log: ActivityLog
  readonly isLoading: boolean
  readonly error: unknown
  readonly clear: () => void
}

/**
 * The activity of the session: all pages, then the entries of the stream. Entries of the stream after a
 * missing one are ignored, and the pages from there are read again.
 */
export function useActivity(): Activity {
  const [recorder] = useState(createActivityRecorder)
  const [log, setLog] = useState(recorder.log)
  const [isLoading, setLoading] = useState(true)
  const [error, setError] = useState<unknown>()
  const [load] = useState(() => createLoader(recorder.add, () => recorder.log().lastSeq))
  const [render] = useState(() => createThrottle(() => setLog(recorder.log()), renderEveryMs))

  const read = useEffectEvent((signal: AbortSignal) => {
    load(signal)
      .then(() => setError(undefined), setError)
      .finally(() => {
        setLoading(false)
        render()
      })
  })
  useEffect(() => {
    const stop = new AbortController()
    read(stop.signal)
    return () => stop.abort()
  }, [])
  useStreamEntries(
    (item) => {
      if (item.source !== 'activity') return
      if ('notification' in item) {
        if (item.notification.type !== 'stream-open') read(new AbortController().signal)
        return
      }
      if (item.entry.seq > recorder.log().lastSeq + 1) read(new AbortController().signal)
      else if (recorder.add([item.entry])) render()
    },
    { activity: true },
  )

  return {
    log,
    isLoading,
    error,
    clear() {
      recorder.clear()
      setLog(recorder.log())
    },
  }
}

/** Returns a function that reads all pages after the last entry. Calls at the same time share one read. */
function createLoader(
  add: ReturnType<typeof createActivityRecorder>['add'],
  lastSeq: () => number,
): (signal: AbortSignal) => Promise<void> {
  let reading: Promise<void> | undefined
  const readPages = async (signal: AbortSignal) => {
    let cursor: string | undefined = lastSeq() === 0 ? undefined : String(lastSeq())
    do {
      const page = await rest.activity.page({ cursor, limit: pageSize }, { signal })
      add(page.entries)
      cursor = page.nextCursor
    } while (cursor !== undefined)
  }
  return (signal) => {
    reading ??= readPages(signal).finally(() => {
      reading = undefined
    })
    return reading
  }
}

function createThrottle(run: () => void, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      run()
    }, ms)
  }
}
