import type { DocumentStore } from './document-store.ts'

/** Creates a document store that lasts as long as the process. */
export function createMemoryDocumentStore(): DocumentStore {
  // Documents are stored as texts, so that a caller that changes a document does not change the stored one.
  const documents = new Map<string, string>()
  return {
    async read(name) {
      const text = documents.get(name)
      return text === undefined ? undefined : JSON.parse(text)
    },
    async write(name, document) {
      documents.set(name, JSON.stringify(document))
    },
    async delete(name) {
      documents.delete(name)
    },
  }
}
