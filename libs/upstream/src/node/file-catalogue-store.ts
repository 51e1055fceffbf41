import { createHash } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { createKeyedLock } from '@mcp/concurrency'
import { isSystemError, makeFolder } from '@mcp/files'
import * as z from 'zod'

import type { CatalogueStore } from '../catalogue/catalogue-store.ts'

const schema = z.object({ listedAt: z.number(), value: z.unknown() })

/**
 * Creates a catalogue store with one file per server, which only this user can read.
 *
 * @example
 * const catalogues = createFileCatalogueStore('.data/upstreams')
 */
export function createFileCatalogueStore(folder: string): CatalogueStore {
  const lock = createKeyedLock()

  // A file system may not distinguish "a" from "A", and a name may contain a slash.
  function fileOf(name: string): string {
    const hash = createHash('sha256').update(name).digest('hex').slice(0, 32)
    return join(folder, `${hash}.json`)
  }

  return {
    async read(name) {
      try {
        return schema.parse(JSON.parse(await readFile(fileOf(name), 'utf8')))
      } catch (thrown) {
        if (isSystemError(thrown, 'ENOENT')) return undefined
        // A damaged catalogue is listed again.
        if (thrown instanceof SyntaxError || thrown instanceof z.ZodError) return undefined
        throw thrown
      }
    },
    write: (name, catalogue) =>
      lock.run([name], async () => {
        await makeFolder(folder, 0o700)
        const file = fileOf(name)
        await writeFile(`${file}.new`, JSON.stringify(catalogue), { mode: 0o600 })
        await rename(`${file}.new`, file)
      }),
    delete: (name) => lock.run([name], () => rm(fileOf(name), { force: true })),
  }
}
