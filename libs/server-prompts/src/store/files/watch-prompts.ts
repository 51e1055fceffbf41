import { realpath } from 'node:fs/promises'

import { watchFolder } from '@mcp/files'

import { checksumsName } from './checksums.ts'

export interface WatchPromptsOptions {
  onChange: (name: string) => void
  onError: (error: unknown) => void
}

/**
 * Calls `onChange` with the name of each prompt whose folder changes. The returned function stops the
 * watcher.
 */
export async function watchPrompts(
  root: string,
  { onChange, onError }: WatchPromptsOptions,
): Promise<() => Promise<void>> {
  try {
    return await watchFolder(await realpath(root), {
      // The first level has the folders of the prompts, and the second level has their folders of labels.
      depth: 2,
      ignores: (path) => path.startsWith('.') || path.endsWith(checksumsName),
      onChanges({ changes }) {
        const names = new Set(Array.from(changes.keys(), (path) => path.split('/', 1).join('')))
        for (const name of names) if (name !== '') onChange(name)
      },
      onError,
    })
  } catch (thrown) {
    // Without a watcher, reads still return changes on disk, but clients are not notified.
    onError(thrown)
    return async () => {}
  }
}
