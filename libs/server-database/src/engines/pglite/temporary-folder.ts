import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { lockFolder } from './folder-lock.ts'

const prefix = 'mcp-database-'

/** A folder is left alone for so long, in milliseconds: its process may be about to lock it. */
const youngMs = 60_000

/** Creates an empty folder for a temporary database, and removes abandoned ones. */
export async function makeTemporaryFolder(): Promise<string> {
  await removeLeftovers()
  return mkdtemp(join(tmpdir(), prefix))
}

/** A process that is killed leaves its folder; that its lock can be taken shows that it is gone. */
async function removeLeftovers(): Promise<void> {
  const entries = await readdir(tmpdir(), { withFileTypes: true }).catch(() => [])
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith(prefix))
  for (const { name } of folders) await removeIfLeft(join(tmpdir(), name))
}

// Folders that cannot be read or removed belong to another user.
async function removeIfLeft(folder: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(join(folder, 'lock'))
    if (Date.now() - mtimeMs < youngMs) return
    const lock = await lockFolder(folder, folder)
    lock.release()
    await rm(folder, { recursive: true, force: true })
  } catch {}
}
