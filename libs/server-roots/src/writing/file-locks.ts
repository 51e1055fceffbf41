import type { Entry } from '../paths/entry.ts'
import { looseForm } from '../paths/glob.ts'
import { createKeyedLock } from '../keyed-lock.ts'

// One for the process: two servers may have the same folder.
const locks = createKeyedLock()

type Place = Pick<Entry, 'directory' | 'name'>

/** Lets changes of one place, under whatever path or spelling, come one after the other. */
export function withPlaces<T>(places: readonly Place[], work: () => Promise<T>): Promise<T> {
  const keys = places.map(({ directory, name }) => `${directory.key}/${looseForm(name)}`)
  return locks.run(Array.from(new Set(keys)), work)
}
