import { createHash } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { createKeyedLock } from '@mcp/concurrency'

import { isSystemError } from '../file-error.ts'
import { makeFolder } from '../make-folder.ts'
import type { DocumentStore } from './document-store.ts'

// The locks are shared by the whole process, because two stores may use the same folder.
const changes = createKeyedLock()
const tasks = createKeyedLock()

/**
 * Creates a document store with one file per name, which only this user can read. A folder belongs to one
 * process at a time.
 *
 * @example
 * const documents = createFileDocumentStore('.data/documents')
 */
export function createFileDocumentStore(folder: string): DocumentStore {
  // The file has a hash as its name, because some file systems do not distinguish "a" from "A", and because the
  // name of a document may contain a slash.
  function fileOf(name: string): string {
    const hash = createHash('sha256').update(name).digest('hex').slice(0, 32)
    return resolve(join(folder, `${hash}.json`))
  }

  async function read(file: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(file, 'utf8'))
    } catch (thrown) {
      if (isSystemError(thrown, 'ENOENT') || thrown instanceof SyntaxError) return undefined
      throw thrown
    }
  }

  return {
    read: (name) => read(fileOf(name)),
    change(name, edit) {
      const file = fileOf(name)
      return changes.run([file], async () => {
        const next = edit(await read(file))
        if (next === undefined) return rm(file, { force: true })
        const text = JSON.stringify(next)
        await makeFolder(folder, 0o700)
        await writeFile(`${file}.new`, text, { mode: 0o600 })
        await rename(`${file}.new`, file)
      })
    },
    exclusively: (name, task) => tasks.run([fileOf(name)], task),
  }
}
