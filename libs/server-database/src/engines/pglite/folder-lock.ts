import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { McpError } from '@mcp/protocol'

/** A folder that is this process's alone. */
export interface FolderLock {
  release(): void
}

/**
 * Takes a folder for this process alone. The lock is one of the kernel's, on a file in the folder, which
 * SQLite knows how to take on every system: it ends with the process that holds it, however that ends,
 * and cannot be taken from one that lives.
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
    const who = /^\d+$/.test(holder) ? `process ${holder}` : 'another process'
    const message =
      `The database "${name}" is open in ${who}, and its folder can be open only once. ` +
      'Stop that process, or give this one another folder.'
    throw new McpError('unavailable', message, { details: { reason: 'database-locked' }, cause })
  }
  // Only for the message above.
  await writeFile(holderFile, String(process.pid))
  return { release: () => lock.close() }
}
