import { createKeyedLock } from '@mcp/concurrency'

import type { Entry } from './entry.ts'
import { looseForm } from './glob.ts'

// The locks are shared by the whole process, because two servers may use the same folder.
const locks = createKeyedLock()

/**
 * Runs changes of the same entries one after the other, even if different paths or spellings name
 * them. If the signal is aborted before `work` has the locks, `work` never starts. The status of an
 * entry may change until `work` starts, so `work` must read it again.
 */
export function lockEntries<Result>(
  entries: readonly Pick<Entry, 'directory' | 'name'>[],
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const keys = entries.map(({ directory, name }) => `${directory.key}/${looseForm(name)}`)
  return locks.run(keys, work, signal)
}
