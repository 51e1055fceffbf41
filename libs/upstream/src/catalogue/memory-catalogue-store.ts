import type { CatalogueStore, StoredCatalogue } from './catalogue-store.ts'

/** Creates a catalogue store that lasts as long as the process. */
export function createMemoryCatalogueStore(): CatalogueStore {
  const catalogues = new Map<string, StoredCatalogue>()
  return {
    async read(name) {
      return catalogues.get(name)
    },
    async write(name, catalogue) {
      catalogues.set(name, catalogue)
    },
    async delete(name) {
      catalogues.delete(name)
    },
  }
}
