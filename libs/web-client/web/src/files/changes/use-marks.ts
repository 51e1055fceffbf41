import { useSyncExternalStore } from 'react'

import type { Marks } from './change-marks.ts'
import { changeMarks } from './change-marks.ts'

const subscribe = (listener: () => void) => changeMarks.subscribe(listener)

/** The marks of changed items, by the ids of the items in the tree. */
export function useMarks(): Marks {
  return useSyncExternalStore(subscribe, changeMarks.current)
}
