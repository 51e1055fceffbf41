import { createFileDocumentStore } from '@mcp/files'
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
  const documents = createFileDocumentStore(folder)
  return {
    async read(name) {
      // A damaged catalogue counts as missing, so the server is listed again.
      return schema.safeParse(await documents.read(name)).data
    },
    write: (name, catalogue) => documents.change(name, () => catalogue),
    delete: (name) => documents.change(name, () => undefined),
  }
}
