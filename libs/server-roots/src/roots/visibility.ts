import { compileGlobs } from '@mcp/files'

import { withoutTrash } from '../paths/trash.ts'

/** What the patterns of a root leave of it. */
export interface VisibilityPatterns {
  /** Only files that one of these matches, or that lie below a folder one matches. Empty: all. */
  readonly include: readonly string[]
  /** Nothing that one of these matches, nor what lies below it. */
  readonly exclude: readonly string[]
}

/** Whether the patterns leave a path visible. Folders are, unless they are excluded. */
export type Visibility = (path: string, type: 'file' | 'directory') => boolean

/**
 * Compiles the patterns of a root.
 *
 * @param maxLength - The most characters of one of the two lists, in all.
 */
export function createVisibility(
  { include, exclude }: VisibilityPatterns,
  maxLength?: number,
): Visibility {
  const shared = { relative: true, descendants: true, maxLength }
  const included = compileGlobs(include, { ...shared, param: 'include' })
  // Loose, so that no other spelling of an excluded name gets past on a file system that takes both.
  const excluded = compileGlobs(exclude, { ...shared, param: 'exclude', loose: true })

  return (path, type) => {
    if (path === '') return true
    const original = withoutTrash(path)
    if (excluded(path)) return false
    if (original !== path && original !== '' && excluded(original)) return false
    return include.length === 0 || type === 'directory' || included(original)
  }
}
