import { compileGlobs } from '@mcp/files'

import { withoutTrash } from '../paths/trash.ts'

/** Patterns that limit the visible part of a root. */
export interface VisibilityPatterns {
  /**
   * Patterns of visible files, or of directories whose files are visible. If empty, all files are
   * visible.
   */
  readonly include: readonly string[]
  /** Patterns of excluded files and directories. Everything below an excluded directory is excluded. */
  readonly exclude: readonly string[]
}

/** Returns whether a path is visible. A directory is visible unless it is excluded. */
export type Visibility = (path: string, type: 'file' | 'directory') => boolean

/**
 * Compiles the patterns of a root into a predicate.
 *
 * @param maxLength - Maximum number of characters of each list.
 */
export function createVisibility(
  { include, exclude }: VisibilityPatterns,
  maxLength?: number,
): Visibility {
  const shared = { relative: true, descendants: true, maxLength }
  const included = compileGlobs(include, { ...shared, param: 'include' })
  // `loose` ignores case. On a case-insensitive file system, a path in another case would otherwise lead
  // to an excluded file.
  const excluded = compileGlobs(exclude, { ...shared, param: 'exclude', loose: true })

  return (path, type) => {
    if (path === '') return true
    const original = withoutTrash(path)
    if (excluded(path)) return false
    if (original !== path && original !== '' && excluded(original)) return false
    return include.length === 0 || type === 'directory' || included(original)
  }
}
