import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { isSystemError } from '@mcp/files'

import { withFileFailures } from './file-failure.ts'

/** Writes files atomically. No reader sees a partial file, even if the writing process is killed. */
export interface WholeFiles {
  /** Writes a new file. Returns false, without writing, if the file exists. */
  writeOnce(path: string, text: string): Promise<boolean>
  /** Writes a file and replaces an existing one. */
  replace(path: string, text: string): Promise<void>
}

// A write never takes this long. An older temporary file is from a process that was killed.
const abandonedAfterMs = 10 * 60_000

/**
 * Creates a writer. It writes each file to the scratch folder and moves the complete file into place by
 * a hard link or a rename. The scratch folder must be on the same file system as the files to write. It is
 * separate, so that users see no temporary files beside their prompts.
 */
export function createWholeFiles(scratch: string): WholeFiles {
  let isCleanedUp = false

  async function writeScratch(text: string): Promise<string> {
    await withFileFailures('.scratch', () => mkdir(scratch, { recursive: true }))
    if (!isCleanedUp) {
      isCleanedUp = true
      await removeAbandoned(scratch)
    }
    const path = join(scratch, crypto.randomUUID())
    const file = await open(path, 'wx')
    try {
      await file.writeFile(text)
      await file.sync()
    } catch (thrown) {
      // The incomplete file is deleted, because it would occupy space on a full disk.
      await rm(path, { force: true })
      throw thrown
    } finally {
      await file.close()
    }
    return path
  }

  return {
    async writeOnce(path, text) {
      const written = await writeScratch(text)
      try {
        // Unlike a rename, a link never replaces an existing file.
        await link(written, path)
        return true
      } catch (thrown) {
        if (isSystemError(thrown, 'EEXIST')) return false
        throw thrown
      } finally {
        await rm(written, { force: true })
      }
    },
    async replace(path, text) {
      const written = await writeScratch(text)
      try {
        await rename(written, path)
      } finally {
        await rm(written, { force: true })
      }
    },
  }
}

async function removeAbandoned(scratch: string): Promise<void> {
  for (const name of await readdir(scratch)) {
    const path = join(scratch, name)
    const stats = await stat(path).catch(() => undefined)
    const isAbandoned = stats?.isFile() === true && Date.now() - stats.mtimeMs > abandonedAfterMs
    // A file that cannot be removed must not fail the write that follows.
    if (isAbandoned) await rm(path, { force: true }).catch(() => {})
  }
}
