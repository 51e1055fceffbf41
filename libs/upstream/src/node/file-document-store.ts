import { createHash } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { createKeyedLock } from '@mcp/concurrency'
import { isSystemError, makeFolder } from '@mcp/files'

import type { DocumentStore } from '../documents/document-store.ts'

/** Creates a document store with one file per name, which only this user can read. */
export function createFileDocumentStore(folder: string): DocumentStore {
  const lock = createKeyedLock()

  // A file system may not distinguish "a" from "A", and a name may contain a slash.
  function fileOf(name: string): string {
    const hash = createHash('sha256').update(name).digest('hex').slice(0, 32)
    return join(folder, `${hash}.json`)
  }

  return {
    async read(name) {
      try {
        return JSON.parse(await readFile(fileOf(name), 'utf8'))
      } catch (thrown) {
        if (isSystemError(thrown, 'ENOENT') || thrown instanceof SyntaxError) return undefined
        throw thrown
      }
    },
    write(name, document) {
      const text = JSON.stringify(document)
      return lock.run([name], async () => {
        await makeFolder(folder, 0o700)
        const file = fileOf(name)
        await writeFile(`${file}.new`, text, { mode: 0o600 })
        await rename(`${file}.new`, file)
      })
    },
    delete: (name) => lock.run([name], () => rm(fileOf(name), { force: true })),
  }
}
