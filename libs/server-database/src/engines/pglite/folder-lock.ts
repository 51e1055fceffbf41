import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { McpError } from '@mcp/protocol'

/** The exclusive lock of the folder of an embedded database. */
export interface FolderLock {
  release(): void
}

/**
 * Locks the folder of an embedded database for this process, with a lock of the operating system on a file in
 * the folder. SQLite takes the lock, because it supports the locks of every operating system. The lock ends
 * with the process, also after a crash. Until then, no other process can take it.
 *
 * @throws McpError `unavailable`, reason `database-locked`, if the folder is already locked.
 */
export async function lockFolder(folder: string, name: string): Promise<FolderLock> {
  const { DatabaseSync } = await import('node:sqlite')
  const holderFile = join(folder, 'lock-holder')
  const lock = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    const holder = await readFile(holderFile, 'utf8').catch(() => '')
    const owner = /^\d+$/.test(holder) ? `process ${holder}` : 'another process'
    const message =
      `The database "${name}" is open in ${owner}; only one process can open its folder. ` +
      'Stop that process, or give this one another folder.'
    throw new McpError('unavailable', message, { details: { reason: 'database-locked' }, cause })
  }
  // The file is used only for the error message above.
  await writeFile(holderFile, String(process.pid))
  return { release: () => lock.close() }
}
