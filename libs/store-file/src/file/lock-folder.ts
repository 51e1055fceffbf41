import { join } from 'node:path'

import { createPrivateFile } from './database.ts'
import { lockFile } from './lock-file.ts'
import { toOpenError } from './sqlite-error.ts'

/**
 * Locks a data folder whose sessions are in another store. Takes the lock of the session file `sessions.db`, as
 * a process with its sessions in that file does. Returns the function that unlocks the folder.
 *
 * @throws McpError `conflict` with the reason `in-use` if another process uses the folder.
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'sessions.db')
  try {
    return lockFile(file, createPrivateFile)
  } catch (thrown) {
    throw toOpenError(thrown, file)
  }
}
