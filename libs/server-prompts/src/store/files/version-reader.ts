import { join } from 'node:path'

import { McpError } from '@mcp/protocol'
import { LRUCache } from 'lru-cache'

import type { PromptStore, PromptVersion } from '../prompt-store.ts'
import { isUnchanged } from './checksums.ts'
import { withFileFailures } from './file-failure.ts'
import { fileOf, isInside } from './prompt-folder.ts'
import { useRegularFile } from './regular-file.ts'
import type { VersionFormat } from './version-format.ts'
import { maxVersionBytes, unreadable } from './version-format.ts'

export interface VersionReaderOptions {
  readonly root: string
  readonly format: VersionFormat
  /** Called if the checksum of a version cannot be recorded. */
  readonly onError: (error: unknown) => void
}

const maxCachedCharacters = 16 * 2 ** 20

interface CachedVersion {
  readonly fingerprint: string
  readonly version: PromptVersion
  readonly length: number
}

/** Creates a function that reads versions. It caches each version until its file changes. */
export function createVersionReader(options: VersionReaderOptions): PromptStore['read'] {
  const { root, format, onError } = options
  const cache = new LRUCache<string, CachedVersion>({
    maxSize: maxCachedCharacters,
    // The cache requires a positive size.
    sizeCalculation: ({ length }) => length + 1,
  })

  return (name, version) => {
    const folder = join(root, name)
    const file = fileOf(version)
    const path = join(folder, file)
    const label = `Version ${version} of "${name}"`
    const limits = {
      maxBytes: maxVersionBytes,
      createError: (problem: string) => unreadable(label, problem),
    }
    return withFileFailures(`${name}/${file}`, () =>
      useRegularFile(path, limits, async ({ fingerprint, read: readText }) => {
        const cached = cache.get(path)
        if (cached?.fingerprint === fingerprint) return structuredClone(cached.version)
        if (!(await isInside(root, path)))
          throw unreadable(label, 'it is a link that leads out of the folder')
        const text = await readText()
        if (!(await isUnchanged({ folder, file, text }, label, onError))) {
          throw changed(label, name, file)
        }
        const decoded = await format.decode(text, label)
        cache.set(path, { fingerprint, version: decoded, length: text.length })
        return structuredClone(decoded)
      }),
    )
  }
}

function changed(label: string, name: string, file: string): McpError {
  return new McpError(
    'conflict',
    `${label} was changed on disk, but versions are immutable. Restore ${name}/${file}, or save the change as the next version. To accept the current content, remove the line of this file from ${name}/SHA256SUMS.`,
    { details: { reason: 'version-changed' } },
  )
}
