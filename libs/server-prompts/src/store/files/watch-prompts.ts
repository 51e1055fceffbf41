import { relative, sep } from 'node:path'

import { checksumsName } from './checksums.ts'

export interface WatchPromptsOptions {
  onChange: (name: string) => void
  onError: (error: unknown) => void
}

/** Calls back with the folder in which something changed, until the returned function is called. */
export async function watchPrompts(
  root: string,
  { onChange, onError }: WatchPromptsOptions,
): Promise<() => Promise<void>> {
  const { watch } = await import('chokidar')
  const watcher = watch(root, {
    ignoreInitial: true,
    // A prompt's folder, and that of its labels.
    depth: 2,
    ignored: (path) => path.endsWith(checksumsName) || relative(root, path).startsWith('.'),
  })
  watcher.on('error', onError)
  watcher.on('all', (_event, path) => {
    const [name = ''] = relative(root, path).split(sep)
    if (name !== '') onChange(name)
  })
  await new Promise<void>((resolve) => {
    watcher.once('ready', () => resolve())
    // Where it cannot watch it says so, and is never ready.
    watcher.once('error', () => resolve())
  })
  return () => watcher.close()
}
