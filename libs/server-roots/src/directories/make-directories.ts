import { makeDirectories as makeInFolder } from '@mcp/files'

import type { Root } from '../roots/root.ts'
import { requireVisible } from '../roots/root.ts'

/**
 * Creates a directory in a root and its missing parents. Returns whether the directory itself was
 * created.
 */
export function makeDirectories(
  root: Root,
  path: string,
  signal: AbortSignal,
  param = 'path',
): Promise<boolean> {
  return makeInFolder(root.files, path, {
    param,
    authorize: (each, type) => requireVisible(root, each, type),
    signal,
  })
}
