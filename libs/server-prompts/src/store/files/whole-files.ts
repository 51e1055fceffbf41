import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { withFileFailures } from './file-failure.ts'
import { hasCode } from './has-code.ts'

/** Writes files whole: nobody ever sees half of one, whenever the process is killed. */
export interface WholeFiles {
  /** Writes a file that is not there yet. False, and nothing is written, where it is. */
  writeOnce(path: string, text: string): Promise<boolean>
  /** Writes a file, in the place of the one that may be there. */
  replace(path: string, text: string): Promise<void>
}

// Longer than any write takes, so that what is older was left behind by a process that was killed.
const abandonedAfterMs = 10 * 60_000

/**
 * Writes by way of a scratch folder on the same file system, where a file is first written to its end;
 * a hard link or a rename then puts it in its place in one step.
 */
export function createWholeFiles(scratch: string): WholeFiles {
  let isTidy = false

  async function writeScratch(text: string): Promise<string> {
    await withFileFailures('.scratch', () => mkdir(scratch, { recursive: true }))
    if (!isTidy) {
      isTidy = true
      await removeAbandoned(scratch)
    }
    const path = join(scratch, crypto.randomUUID())
    const file = await open(path, 'wx')
    try {
      await file.writeFile(text)
      await file.sync()
    } catch (thrown) {
      // A disk that is full would be so for longer.
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
        // Unlike a rename, a link never takes the place of a file that is there.
        await link(written, path)
        return true
      } catch (thrown) {
        if (hasCode(thrown, 'EEXIST')) return false
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
    const facts = await stat(path).catch(() => undefined)
    const isAbandoned = facts !== undefined && Date.now() - facts.mtimeMs > abandonedAfterMs
    if (isAbandoned) await rm(path, { force: true })
  }
}
