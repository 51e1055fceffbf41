import type { DocumentStore } from '@mcp/files'
import { createMemoryDocumentStore } from '@mcp/files'
import { McpError } from '@mcp/protocol'
import type { SavedCall } from '@mcp/protocol/rest'

import { refuseInvalidName } from './refuse-invalid-name.ts'
import type { SavedCallStore } from './saved-call-store.ts'

/** Maximum size of all calls of an owner, in characters of JSON. They are read and written together. */
export const maxSavedCallChars = 4 * 1024 * 1024

/** Returns the name of the document of an owner. The name for undefined has no colon, so no owner has it. */
export function savedCallsName(owner: string | undefined): string {
  return owner === undefined ? 'saved-calls' : `saved-calls:${owner}`
}

/**
 * Creates a store with one document per owner, for several processes that share the documents.
 *
 * @param documents - Default: in memory.
 *
 * @example
 * const store = createDocumentSavedCalls(conversations.documents)
 */
export function createDocumentSavedCalls(
  documents: DocumentStore = createMemoryDocumentStore(),
): SavedCallStore {
  async function load(owner: string | undefined): Promise<ReadonlyMap<string, SavedCall>> {
    return callsOf(await documents.read(savedCallsName(owner)))
  }

  function change(
    owner: string | undefined,
    edit: (calls: Map<string, SavedCall>) => void,
  ): Promise<void> {
    return documents.change(savedCallsName(owner), (current) => {
      const calls = callsOf(current)
      edit(calls)
      return calls.size === 0 ? undefined : Array.from(calls)
    })
  }

  return {
    async list(owner) {
      const calls = Array.from(await load(owner), ([name, call]) => ({ name, ...call }))
      return { calls: calls.toSorted((a, b) => (a.name < b.name ? -1 : 1)), invalid: [] }
    },
    async read(owner, name) {
      await refuseInvalidName(name)
      return (await load(owner)).get(name)
    },
    async save(owner, name, call) {
      await refuseInvalidName(name)
      await change(owner, (calls) => {
        calls.set(name, call)
        if (JSON.stringify(Array.from(calls)).length > maxSavedCallChars) throw tooLarge()
      })
    },
    async remove(owner, name) {
      await refuseInvalidName(name)
      let existed = false
      await change(owner, (calls) => {
        existed = calls.delete(name)
      })
      return existed
    },
  }
}

/** Returns the calls of a document. It is not validated, because only this package writes it. */
function callsOf(document: unknown): Map<string, SavedCall> {
  return new Map(Array.isArray(document) ? document : [])
}

function tooLarge(): McpError {
  return new McpError(
    'conflict',
    'All saved calls together may have 4 MiB. Remove one first, or save a smaller one.',
  )
}
