import type { SavedCall } from '@mcp/protocol/rest'

import type { SavedCallStore } from './saved-call-store.ts'

/** Creates a store in memory, for calls that may be lost when the process ends. */
export function createMemorySavedCalls(): SavedCallStore {
  const owners = new Map<string | undefined, Map<string, SavedCall>>()

  return {
    list(owner) {
      const calls = Array.from(owners.get(owner) ?? [], ([name, call]) => ({
        name,
        ...structuredClone(call),
      }))
      return { calls: calls.toSorted((a, b) => (a.name < b.name ? -1 : 1)), invalid: [] }
    },
    read: (owner, name) => structuredClone(owners.get(owner)?.get(name)),
    save(owner, name, call) {
      const calls = owners.get(owner) ?? new Map<string, SavedCall>()
      calls.set(name, structuredClone(call))
      owners.set(owner, calls)
    },
    remove: (owner, name) => owners.get(owner)?.delete(name) ?? false,
  }
}
