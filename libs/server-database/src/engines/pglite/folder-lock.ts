import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { McpError } from '@mcp/protocol'

/** The exclusive lock of a folder. */
export interface FolderLock {
  release(): void
}

/**
 * Locks a folder for this process. It is a lock of the operating system on a file in the folder, taken
 * through SQLite, which supports every system: it ends with its process, also after a crash, and cannot be
 * taken from a running one.
 *
 * @throws McpError `unavailable`, reason `database-locked`, if another process holds it.
 */
export async function lockFolder(folder: string, name: string): Promise<FolderLock> {
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
  // Only for the message above.
  await writeFile(holderFile, String(process.pid))
  return { release: () => lock.close() }
}
