import { rest } from '../../data/rest.ts'
import { stream } from '../../stream/browser-stream.ts'
import type { ActivitySource, ActivitySourceOptions } from './activity-source.ts'
import { createActivitySource } from './activity-source.ts'

const pageSize = 500
const pollEveryMs = 1000
/** Maximum number of sources whose entries remain in memory while no view shows them. */
const maxSources = 3

const sources = new Map<string, ActivitySource>()

/**
 * Returns the activity of a session of this browser or, with the id of a conversation, of the session that
 * its runs use. The views of a tab share the source.
 */
export function sourceOf(sessionId: string, conversation: string | undefined): ActivitySource {
  const key = `${sessionId} ${conversation ?? ''}`
  const source =
    sources.get(key) ??
    createActivitySource({
      readPage: (after, signal) => {
        const cursor = after === 0 ? undefined : String(after)
        return rest.activity.page({ cursor, conversation, limit: pageSize }, { signal })
      },
      follow: conversation === undefined ? followStream : poll,
      now: () => Date.now(),
      after(ms, run) {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    })
  sources.delete(key)
  sources.set(key, source)
  for (const oldest of sources.keys()) {
    if (sources.size <= maxSources) break
    sources.delete(oldest)
  }
  return source
}

const followStream: ActivitySourceOptions['follow'] = (onEntry, onChange) =>
  stream.subscribe(
    (item) => {
      if (item.source !== 'activity') return
      if ('entry' in item) onEntry(item.entry)
      else onChange()
    },
    { activity: true, runs: [] },
  )

/** The stream of this browser has the activity of its own session only. */
const poll: ActivitySourceOptions['follow'] = (_onEntry, onChange) => {
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') onChange()
  }, pollEveryMs)
  return () => clearInterval(timer)
}
