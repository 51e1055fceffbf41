import { mkdir } from 'node:fs/promises'

import { requireDirectory, withEntry } from '../paths/entry.ts'
import { isSystemError } from '../paths/file-error.ts'
import type { Root } from '../roots/root.ts'
import { refuseCollision } from '../writing/write-file.ts'

/** Makes a folder and those above it. Says whether it was not there before. */
export async function makeDirectories(
  root: Root,
  path: string,
  signal: AbortSignal,
  param = 'path',
): Promise<boolean> {
  let isNew = false
  const names = path === '' ? [] : path.split('/')
  for (const index of names.keys()) {
    signal.throwIfAborted()
    // One at a time and each anew from the root: any of them may be a link that leads elsewhere.
    const folder = names.slice(0, index + 1).join('/')
    isNew = await makeDirectory(root, folder, param)
  }
  return isNew
}

function makeDirectory(root: Root, path: string, param: string): Promise<boolean> {
  return withEntry(root, path, { param, as: 'directory' }, async (entry) => {
    if (entry.stats !== undefined) {
      requireDirectory(entry)
      return false
    }
    await refuseCollision(entry)
    try {
      await mkdir(entry.directory.at(entry.name), 0o777)
    } catch (thrown) {
      if (!isSystemError(thrown, 'EEXIST')) throw thrown
      return false
    }
    return true
  })
}
