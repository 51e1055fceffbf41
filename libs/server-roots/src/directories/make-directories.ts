import { makeDirectories as makeInFolder } from '@mcp/files'

import type { Root } from '../roots/root.ts'
import { requireVisible } from '../roots/root.ts'

/** Creates a directory of a root and those above it. Returns whether the last one is new. */
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
