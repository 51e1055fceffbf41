import type { GlobMatcher } from '../paths/glob.ts'
import { compileGlob } from '../paths/glob.ts'
import { withoutTrash } from '../paths/relative-path.ts'

/** What the patterns of a root leave of it. */
export interface VisibilityPatterns {
  /** Only files that one of these matches, or that lie below a folder one matches. Empty: all. */
  readonly include: readonly string[]
  /** Nothing that one of these matches, nor what lies below it. */
  readonly exclude: readonly string[]
}

/** Whether the patterns leave a path visible. Folders are, unless they are excluded. */
export type Visibility = (path: string, type: 'file' | 'directory') => boolean

/** Compiles the patterns of a root. */
export function createVisibility({ include, exclude }: VisibilityPatterns): Visibility {
  const included = include.map((glob) => compileGlob(glob, { param: 'include' }))
  // Loose, so that no other spelling of an excluded name gets past on a file system that takes both.
  const excluded = exclude.map((glob) => compileGlob(glob, { param: 'exclude', loose: true }))

  return (path, type) => {
    if (path === '') return true
    const original = withoutTrash(path)
    if (matchesAny(excluded, path)) return false
    if (original !== path && original !== '' && matchesAny(excluded, original)) return false
    return included.length === 0 || type === 'directory' || matchesAny(included, original)
  }
}

function matchesAny(matchers: readonly GlobMatcher[], path: string): boolean {
  if (matchers.length === 0) return false
  return upwards(path).some((each) => matchers.some((matches) => matches(each)))
}

/** The path and all folders above it. */
function upwards(path: string): string[] {
  const names = path.split('/')
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}
