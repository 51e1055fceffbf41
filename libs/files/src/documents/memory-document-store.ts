import { createKeyedLock } from '@mcp/concurrency'

import type { DocumentStore } from './document-store.ts'

/** Creates a document store that lasts as long as the process. */
export function createMemoryDocumentStore(): DocumentStore {
  // The documents are stored as texts, so that a caller cannot change a stored document.
  const documents = new Map<string, string>()
  const tasks = createKeyedLock()

  function read(name: string): unknown {
    const text = documents.get(name)
    return text === undefined ? undefined : JSON.parse(text)
  }

  return {
    read: async (name) => read(name),
    async change(name, edit) {
      const next = edit(read(name))
      if (next === undefined) documents.delete(name)
      else documents.set(name, JSON.stringify(next))
    },
    exclusively: (name, task) => tasks.run([name], task),
  }
}
