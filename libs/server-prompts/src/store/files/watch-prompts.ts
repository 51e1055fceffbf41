import { realpath } from 'node:fs/promises'

import { watchFolder } from '@mcp/files'

import { checksumsName } from './checksums.ts'

export interface WatchPromptsOptions {
  onChange: (name: string) => void
  onError: (error: unknown) => void
}

/** Reports the name of each prompt folder with a change, until the returned function is called. */
export async function watchPrompts(
  root: string,
  { onChange, onError }: WatchPromptsOptions,
): Promise<() => Promise<void>> {
  try {
    return await watchFolder(await realpath(root), {
      // The folder of a prompt, and that of its labels.
      depth: 2,
      ignores: (path) => path.startsWith('.') || path.endsWith(checksumsName),
      onChanges({ changes }) {
        const names = new Set(Array.from(changes.keys(), (path) => path.split('/', 1).join('')))
        for (const name of names) if (name !== '') onChange(name)
      },
      onError,
    })
  } catch (thrown) {
    // Changes on disk are still read, but not reported.
    onError(thrown)
    return async () => {}
  }
}
