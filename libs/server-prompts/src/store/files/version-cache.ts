import type { PromptVersion } from '../prompt-store.ts'

/** Versions that were read and have not changed on disk since. */
export interface VersionCache {
  find(path: string, mark: string): PromptVersion | undefined
  keep(path: string, mark: string, version: PromptVersion, length: number): void
}

interface Entry {
  readonly mark: string
  readonly version: PromptVersion
  readonly length: number
}

/** Keeps what was used last, up to `maxLength` characters of files. */
export function createVersionCache(maxLength: number): VersionCache {
  const entries = new Map<string, Entry>()
  let total = 0

  function drop(path: string): void {
    total -= entries.get(path)?.length ?? 0
    entries.delete(path)
  }

  return {
    find(path, mark) {
      const entry = entries.get(path)
      if (entry === undefined || entry.mark !== mark) return undefined
      // Put back at the end, so that the first entry is the one that was not used for longest.
      entries.delete(path)
      entries.set(path, entry)
      return entry.version
    },
    keep(path, mark, version, length) {
      drop(path)
      entries.set(path, { mark, version, length })
      total += length
      for (const oldest of entries.keys()) {
        if (total <= maxLength) return
        drop(oldest)
      }
    },
  }
}
