import { McpError } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'

/** The names that half-written files have until they are whole. Nobody else may use or see them. */
export const temporaryPrefix = '.mcp-tmp-'

/** Where deleted things are kept, when they are kept. */
export const trashFolder = '.trash'

// What Linux, macOS and Windows allow alike, in bytes.
const maxNameBytes = 255
const maxPathBytes = 4096

/** Reads a path that a client sent: names with slashes between them, empty for the root itself. */
export function parsePath(path: string, param = 'path'): string {
  if (path.includes('\0') || !path.isWellFormed()) {
    throw invalidParam(param, 'the path holds characters that no name may have', {
      reason: 'invalid-path',
    })
  }
  if (isAbsolute(path)) {
    throw invalidParam(
      param,
      'the path must be told from the root, with forward slashes, as in "notes/todo.md"',
      { reason: 'path-escape' },
    )
  }
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue
    if (name !== '..') names.push(checkName(name, param))
    else if (names.pop() === undefined) throw pathEscape(param)
  }
  const parsed = names.join('/')
  if (Buffer.byteLength(parsed) > maxPathBytes) throw tooLong(param)
  return parsed
}

/** The error for a path that leads out of its root. It never says whether anything is there. */
export function pathEscape(param = 'path', cause?: unknown): McpError {
  const message = 'the path leads out of the root; name one that stays below it'
  return invalidParam(param, message, { reason: 'path-escape', cause })
}

/** Whether `path` is `folder` or below it; both in the form of {@link parsePath}. */
export function isWithin(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

export function joinPath(folder: string, path: string): string {
  if (folder === '') return path
  return path === '' ? folder : `${folder}/${path}`
}

/** The folder of a path and the name in it. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf('/')
  return { folder: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) }
}

/** Where a path in the trash came from; any other path is its own. */
export function withoutTrash(path: string): string {
  return path.startsWith(`${trashFolder}/`) ? path.split('/').slice(2).join('/') : path
}

function isAbsolute(path: string): boolean {
  // What means a folder, a drive or a stream on one system and is part of a name on another.
  if (path.startsWith('/') || path.includes('\\') || /^[A-Za-z]:/.test(path)) return true
  return (
    /^[a-z][a-z\d+.-]*:\/\//i.test(path) || (process.platform === 'win32' && path.includes(':'))
  )
}

function checkName(name: string, param: string): string {
  if (Buffer.byteLength(name) > maxNameBytes) throw tooLong(param)
  if (isTemporary(name)) {
    throw new McpError('forbidden', `Names that begin with "${temporaryPrefix}" are reserved.`, {
      details: { reason: 'reserved-name', path: ['params', param] },
    })
  }
  return name
}

export function isTemporary(name: string): boolean {
  // Capitals as well, for file systems that make no difference.
  return name.slice(0, temporaryPrefix.length).toLowerCase() === temporaryPrefix
}

function tooLong(param: string): McpError {
  return invalidParam(
    param,
    `the path is too long: ${maxNameBytes} bytes a name and ${maxPathBytes} in all are the most`,
    { reason: 'path-too-long' },
  )
}
