import type { DocumentStore } from './document-store.ts'

/**
 * Adds a prefix to the names of documents, so that several uses of a store do not share names.
 *
 * @example
 * const pins = prefixDocuments(documents, 'pins:')
 */
export function prefixDocuments(store: DocumentStore, prefix: string): DocumentStore {
  return {
    read: (name) => store.read(prefix + name),
    change: (name, edit) => store.change(prefix + name, edit),
    exclusively: (name, task) => store.exclusively(prefix + name, task),
  }
}
