import { McpError } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'

import { pathEscape } from './relative-path.ts'

/** What the system said went wrong with a file. */
interface SystemError extends Error {
  readonly code: string
}

export function isSystemError(thrown: unknown, ...codes: readonly string[]): thrown is SystemError {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    (codes.length === 0 || codes.includes(thrown.code))
  )
}

/** The error for what the system refused. Its own message holds paths of the machine, so none of it is kept. */
export function fileError(thrown: unknown, path: string): McpError {
  if (McpError.is(thrown)) return thrown
  if (!isSystemError(thrown)) return McpError.from(thrown)
  const shown = showPath(path)
  switch (thrown.code) {
    case 'ENOENT':
      return missing(path, thrown)
    case 'ENOTDIR':
      return notADirectory(path, thrown)
    case 'EISDIR':
    case 'ENXIO':
    case 'ENODEV':
      return notAFile(path, thrown)
    case 'ELOOP':
      return pathEscape('path', thrown)
    case 'ENAMETOOLONG':
      return invalidParam('path', 'the path is too long', {
        reason: 'path-too-long',
        cause: thrown,
      })
    case 'EINVAL':
    case 'EILSEQ':
      return invalidParam('path', `the disk that ${shown} is on takes no such name`, {
        reason: 'invalid-path',
        cause: thrown,
      })
    case 'EXDEV':
      return otherDisk(thrown)
    case 'EEXIST':
      return exists(path, thrown)
    case 'ENOTEMPTY':
      return conflict(`${shown} is not empty; ask for recursive to delete all in it.`, 'not-empty')
    case 'EBUSY':
    case 'ETXTBSY':
      return conflict(`${shown} is in use.`, 'busy')
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return forbidden(`The system does not let this server do that with ${shown}.`, 'system')
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new McpError('payload-too-large', 'The disk has no room for it.', {
        details: { reason: 'disk-full' },
        cause: thrown,
      })
    case 'EMFILE':
    case 'ENFILE':
      return new McpError('unavailable', 'Too many files are open at once; try again.', {
        cause: thrown,
      })
    case 'EIO':
    case 'ESTALE':
    case 'ENOTCONN':
    case 'ETIMEDOUT':
      return new McpError('unavailable', `The disk that ${shown} is on fails or does not answer.`, {
        details: { reason: 'disk-error' },
        cause: thrown,
      })
    default:
      return McpError.from(thrown)
  }
}

/** Runs `work`, and tells what the system refuses as {@link fileError} does. */
export async function withFileErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw isSystemError(thrown) ? fileError(thrown, path) : thrown
  }
}

/** A path as people are told of it. */
export function showPath(path: string): string {
  return path === '' ? 'the root itself' : JSON.stringify(path)
}

export function missing(path: string, cause?: unknown): McpError {
  return new McpError('not-found', `${showPath(path)} is not there.`, {
    details: { path: ['params', 'path'] },
    cause,
  })
}

/** The error for a path whose folder is not there. */
export function missingFolder(path: string, param = 'path'): McpError {
  return new McpError(
    'not-found',
    `The folder ${showPath(path)} is not there; make it first, or say createParents where that is taken.`,
    { details: { path: ['params', param] } },
  )
}

export function exists(path: string, cause?: unknown): McpError {
  const message = `${showPath(path)} is there already; say overwrite to replace it, where that is possible.`
  return new McpError('conflict', message, { details: { reason: 'exists' }, cause })
}

export function notAFile(path: string, cause?: unknown): McpError {
  const message = `${showPath(path)} is no regular file, and only such are opened; look at folders with listDirectory`
  return invalidParam('path', message, { reason: 'not-a-file', cause })
}

export function notADirectory(path: string, cause?: unknown): McpError {
  const message = `${showPath(path)} is no folder, or something above it is none`
  return invalidParam('path', message, { reason: 'not-a-directory', cause })
}

function otherDisk(cause: unknown): McpError {
  const message = 'That place is on another disk; copy it there, then delete the original.'
  return new McpError('invalid-params', message, { details: { reason: 'other-disk' }, cause })
}

export function conflict(message: string, reason: string): McpError {
  return new McpError('conflict', message, { details: { reason } })
}

export function forbidden(message: string, reason: string): McpError {
  return new McpError('forbidden', message, { details: { reason } })
}
