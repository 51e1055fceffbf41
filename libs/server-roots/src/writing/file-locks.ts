import { createKeyedLock } from '@mcp/concurrency'

import type { Entry } from '../paths/entry.ts'
import { looseForm } from '../paths/glob.ts'

// One for the process: two servers may have the same folder.
const locks = createKeyedLock()

type Place = Pick<Entry, 'directory' | 'name'>

/**
 * Lets changes of one place, under whatever path or spelling, come one after the other. One whose
 * caller has given up before its turn is not made.
 */
export function withPlaces<T>(
  places: readonly Place[],
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const keys = places.map(({ directory, name }) => `${directory.key}/${looseForm(name)}`)
  return locks.run(keys, work, signal)
}
