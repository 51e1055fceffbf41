import type { McpError } from '@mcp/protocol'

import { createError, pathEscape } from './file-error.ts'
import { isTemporaryName, temporaryPrefix } from './temporary-name.ts'

// The limits of Linux. Other systems may have lower limits for a path.
const maxNameBytes = 255
const maxPathBytes = 4096

/**
 * Parses a path from a caller. The path consists of names separated by slashes and is relative to a
 * folder. Returns the path without empty names, `.` and `..`. The empty path is the folder itself.
 *
 * @param param - The request parameter that contains the path, for errors.
 * @throws McpError `forbidden`, reason `path-escape` or `reserved-name`; `invalid-params`, reason
 *   `invalid-path` or `path-too-long`.
 */
export function parsePath(path: string, param?: string): string {
  if (path.includes('\0') || !path.isWellFormed()) {
    const message = 'The path contains a NUL character or half of a surrogate pair.'
    throw createError('invalid-params', message, 'invalid-path', { param })
  }
  if (isAbsolute(path)) {
    const message =
      'The path must be relative to its folder, with forward slashes, as in "notes/todo.md".'
    throw createError('forbidden', message, 'path-escape', { param })
  }
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue
    if (name !== '..') names.push(checkName(name, param))
    else if (names.pop() === undefined) throw pathEscape({ param })
  }
  const parsed = names.join('/')
  if (Buffer.byteLength(parsed) > maxPathBytes) throw tooLong(param)
  return parsed
}

/** Whether `path` is `folder` or is below it. Both must be results of {@link parsePath}. */
export function isWithin(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

/** Joins two relative paths. Both may be empty. */
export function joinPath(folder: string, path: string): string {
  if (folder === '') return path
  return path === '' ? folder : `${folder}/${path}`
}

/** Splits a path into its directory and the name in it. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf('/')
  return { folder: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) }
}

function isAbsolute(path: string): boolean {
  // Backslashes and drives are refused on all systems, although some systems allow them in names.
  if (path.startsWith('/') || path.includes('\\') || /^[A-Za-z]:/.test(path)) return true
  return (
    /^[a-z][a-z\d+.-]*:\/\//i.test(path) || (process.platform === 'win32' && path.includes(':'))
  )
}

function checkName(name: string, param: string | undefined): string {
  if (Buffer.byteLength(name) > maxNameBytes) throw tooLong(param)
  if (isTemporaryName(name)) {
    const message = `Names that start with "${temporaryPrefix}" are reserved.`
    throw createError('forbidden', message, 'reserved-name', { param })
  }
  return name
}

function tooLong(param: string | undefined): McpError {
  const message = `The path is too long. Maximum: ${maxNameBytes} bytes per name, ${maxPathBytes} bytes in total.`
  return createError('invalid-params', message, 'path-too-long', { param })
}
