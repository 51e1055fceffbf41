import { useCallback, useMemo, useState, useSyncExternalStore } from 'react'

import { rest } from '../data/rest.ts'
import type { ActivityLog } from './log/activity-recorder.ts'
import type { ActivitySource, ActivityState } from './log/activity-source.ts'
import type { EntryReader } from './exchange/entry-content.tsx'
import { parseFilter } from './log/filter.ts'
import type { Rows } from './log/filtered-rows.ts'
import { createFilteredRows } from './log/filtered-rows.ts'
import { sourceOf } from './log/sources.ts'

/** The activity of a session of this browser, or of the runs of a conversation. */
export function useActivity(
  sessionId: string,
  conversation: string | undefined,
): ActivityState & Pick<ActivitySource, 'clear' | 'copy'> {
  const source = useMemo(() => sourceOf(sessionId, conversation), [sessionId, conversation])
  const subscribe = useCallback((listener: () => void) => source.subscribe(listener), [source])
  const { clear, copy } = source
  return { ...useSyncExternalStore(subscribe, source.state), clear, copy }
}

/** Reads the entries of the session or, with the id of a conversation, of the session that its runs use. */
export function readerOf(sessionId: string, conversation: string | undefined): EntryReader {
  return {
    id: `${sessionId} ${conversation ?? ''}`,
    read: (seq) => rest.activity.read(seq, { conversation }),
  }
}

/** The exchanges that the text of a filter selects. */
export function useRows(log: ActivityLog, text: string): Rows {
  const [rows] = useState(createFilteredRows)
  const filter = useMemo(() => parseFilter(text), [text])
  return rows.select(log, filter)
}
