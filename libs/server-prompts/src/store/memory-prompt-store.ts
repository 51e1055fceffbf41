import type { PromptRecord, PromptStore, PromptVersion } from './prompt-store.ts'

interface StoredPrompt {
  readonly versions: Map<number, PromptVersion>
  readonly labels: Map<string, number>
  isDeleted: boolean
}

/** Creates a store in memory, for tests and for prompts that may be lost when the process ends. */
export function createMemoryPromptStore(): PromptStore {
  const byName = new Map<string, StoredPrompt>()

  return {
    list: () =>
      Array.from(byName, ([name, prompt]) => recordOf(name, prompt)).toSorted(compareNames),
    find(name) {
      const prompt = byName.get(name)
      return prompt && recordOf(name, prompt)
    },
    read: (name, version) => structuredClone(byName.get(name)?.versions.get(version)),
    add(name, version, value) {
      const prompt = byName.get(name) ?? {
        versions: new Map(),
        labels: new Map(),
        isDeleted: false,
      }
      if (prompt.versions.has(version)) return false
      // Versions are cloned when they are written and read. A caller that modifies its object then does
      // not change the stored version.
      prompt.versions.set(version, structuredClone(value))
      byName.set(name, prompt)
      return true
    },
    setLabel(name, label, version) {
      if (version === undefined) byName.get(name)?.labels.delete(label)
      else byName.get(name)?.labels.set(label, version)
    },
    setDeleted(name, isDeleted) {
      const prompt = byName.get(name)
      if (prompt !== undefined) prompt.isDeleted = isDeleted
    },
  }
}

function recordOf(name: string, { versions, labels, isDeleted }: StoredPrompt): PromptRecord {
  return {
    name,
    versions: Array.from(versions.keys()).toSorted((left, right) => left - right),
    labels: Object.fromEntries(labels),
    isDeleted,
  }
}

function compareNames(left: PromptRecord, right: PromptRecord): number {
  return left.name < right.name ? -1 : 1
}
