import { compilePattern } from './pattern.ts'

/**
 * Returns whether a path is a folder or below it. A path with `..`, or with a character that a server could
 * interpret differently, counts as outside.
 */
export function isUnder(path: unknown, folder: string): boolean {
  if (typeof path !== 'string' || /[\\\0%]/.test(path)) return false
  const root = partsOf(folder)
  const parts = partsOf(path)
  if (parts.includes('..') || root.includes('..')) return false
  if (path.startsWith('/') !== folder.startsWith('/')) return false
  return root.every((part, index) => parts[index] === part)
}

/** Returns the host of a URL in lower case, without its port, or an empty text if the value is not a URL. */
export function hostOf(url: unknown): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : null
  return parsed?.hostname.replace(/\.$/, '') ?? ''
}

/** Returns whether a text matches a pattern, in which `*` stands for any text. */
export function globMatches(text: unknown, pattern: string): boolean {
  return typeof text === 'string' && compilePattern(pattern)(text)
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}
