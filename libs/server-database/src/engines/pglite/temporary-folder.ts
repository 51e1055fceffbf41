import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { lockFolder } from './folder-lock.ts'

const prefix = 'mcp-database-'

/** Minimum age of a folder to remove, in milliseconds. A newer folder may not be locked yet. */
const minAgeMs = 60_000

/** Creates an empty folder for a temporary database. Also removes abandoned folders. */
export async function makeTemporaryFolder(): Promise<string> {
  await removeAbandoned()
  return mkdtemp(join(tmpdir(), prefix))
}

/** Removes the folders of killed processes. The locks of these folders are free. */
async function removeAbandoned(): Promise<void> {
  const entries = await readdir(tmpdir(), { withFileTypes: true }).catch(() => [])
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith(prefix))
  for (const { name } of folders) await removeIfAbandoned(join(tmpdir(), name))
}

// Errors are ignored: the folder is in use or belongs to another user.
async function removeIfAbandoned(folder: string): Promise<void> {
  try {
    // A process that is killed between the creation of the folder and its lock leaves no lock file.
    const { mtimeMs } = await stat(join(folder, 'lock')).catch(() => stat(folder))
    if (Date.now() - mtimeMs < minAgeMs) return
    const lock = await lockFolder(folder, folder)
    lock.release()
    await rm(folder, { recursive: true, force: true })
  } catch {}
}
