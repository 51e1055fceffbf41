import type { PromptRecord, PromptStore, PromptVersion } from './prompt-store.ts'

interface Kept {
  readonly versions: Map<number, PromptVersion>
  readonly labels: Map<string, number>
  isDeleted: boolean
}

/** Keeps prompts in this process. Right for tests, and where they need not outlast it. */
export function createMemoryPromptStore(): PromptStore {
  const byName = new Map<string, Kept>()

  return {
    list: () => Array.from(byName, ([name, kept]) => recordOf(name, kept)).toSorted(compareNames),
    find(name) {
      const kept = byName.get(name)
      return kept && recordOf(name, kept)
    },
    read: (name, version) => structuredClone(byName.get(name)?.versions.get(version)),
    add(name, version, value) {
      const kept = byName.get(name) ?? { versions: new Map(), labels: new Map(), isDeleted: false }
      if (kept.versions.has(version)) return false
      // Cloned on the way in and out: whoever holds the object must not change the version by it.
      kept.versions.set(version, structuredClone(value))
      byName.set(name, kept)
      return true
    },
    setLabel(name, label, version) {
      if (version === undefined) byName.get(name)?.labels.delete(label)
      else byName.get(name)?.labels.set(label, version)
    },
    setDeleted(name, isDeleted) {
      const kept = byName.get(name)
      if (kept !== undefined) kept.isDeleted = isDeleted
    },
  }
}

function recordOf(name: string, { versions, labels, isDeleted }: Kept): PromptRecord {
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
