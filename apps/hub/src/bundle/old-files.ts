import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const keptMs = 7 * 24 * 60 * 60 * 1000

/**
 * Removes the files of earlier builds from a folder. Files of the last seven days stay, because a running hub
 * or an open page may still load them.
 */
export async function removeOldFiles(folder: string, current: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const isOld = (await stat(path)).mtimeMs < Date.now() - keptMs
    if (isOld && !current.includes(name)) await rm(path, { recursive: true })
  }
}
