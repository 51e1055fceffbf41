import { DatabaseSync } from 'node:sqlite'

/**
 * Locks the data file for this process, by an empty file beside it. Returns the function that unlocks
 * it. The operating system releases the lock when the process ends, even if it is killed.
 *
 * The lock of SQLite (`locking_mode = EXCLUSIVE`) is not used, because it would also exclude the thread that
 * writes checkpoints. Node has no other lock on a file.
 *
 * @throws an error of `node:sqlite` with the code `SQLITE_BUSY` if another process holds the lock.
 */
export function lockFile(file: string, create: (file: string) => void): () => void {
  const path = `${file}-lock`
  create(path)
  const lock = new DatabaseSync(path)
  try {
    lock.exec('PRAGMA busy_timeout = 0')
    // In this mode, no journal file is created beside the lock file.
    lock.exec('PRAGMA journal_mode = MEMORY')
    lock.exec('BEGIN EXCLUSIVE')
  } catch (thrown) {
    lock.close()
    throw thrown
  }
  // The file is not deleted, because a process that has opened it may be about to lock it.
  return () => lock.close()
}
