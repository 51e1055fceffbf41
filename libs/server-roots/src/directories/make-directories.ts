import { makeDirectories as makeInFolder, withDirectories as withFolders } from '@mcp/files'
import type { MakeDirectoriesOptions } from '@mcp/files'

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
  return makeInFolder(root.files, path, optionsOf(root, signal, param))
}

/**
 * Creates a directory in a root and its missing parents, then runs `work`. If it fails, the directories
 * that were created are removed again.
 */
export function withDirectories<Result>(
  root: Root,
  path: string,
  { signal, param = 'path' }: { readonly signal: AbortSignal; readonly param?: string },
  work: () => Promise<Result>,
): Promise<Result> {
  return withFolders(root.files, path, optionsOf(root, signal, param), work)
}

function optionsOf(root: Root, signal: AbortSignal, param: string): MakeDirectoriesOptions {
  return { param, authorize: (each, type) => requireVisible(root, each, type), signal }
}
