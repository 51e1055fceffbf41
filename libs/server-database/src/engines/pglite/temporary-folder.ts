import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { lockFolder } from './folder-lock.ts'

const prefix = 'mcp-database-'

/** Minimum age of a folder to remove, in milliseconds: a younger one may be about to be locked. */
const minAgeMs = 60_000

/** Creates an empty folder for a temporary database, and removes abandoned ones. */
export async function makeTemporaryFolder(): Promise<string> {
  await removeAbandoned()
  return mkdtemp(join(tmpdir(), prefix))
}

/** Removes folders of killed processes: their lock is free. */
async function removeAbandoned(): Promise<void> {
  const entries = await readdir(tmpdir(), { withFileTypes: true }).catch(() => [])
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith(prefix))
  for (const { name } of folders) await removeIfAbandoned(join(tmpdir(), name))
}

// Folders that cannot be read or removed belong to another user.
async function removeIfAbandoned(folder: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(join(folder, 'lock'))
    if (Date.now() - mtimeMs < minAgeMs) return
    const lock = await lockFolder(folder, folder)
    lock.release()
    await rm(folder, { recursive: true, force: true })
  } catch {}
}
