import { McpError } from '@mcp/protocol'

import { refusal } from './file-uris.ts'

/** Whether a system call failed in one of these ways. */
export function isErrno(thrown: unknown, ...codes: readonly string[]): boolean {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    codes.includes(thrown.code)
  )
}

/** Whether a system call failed because nothing is there. */
export const isMissing = (thrown: unknown): boolean => isErrno(thrown, 'ENOENT', 'ENOTDIR')

/** What a failed system call means for a caller. The system's own words would name the folder. */
export function fileFailure(thrown: unknown, uri: string): McpError {
  if (McpError.is(thrown)) return thrown
  if (isErrno(thrown, 'ELOOP')) {
    return refusal('path-escape', uri, 'is a link that leads nowhere safe')
  }
  if (isErrno(thrown, 'EACCES', 'EPERM')) {
    return refusal('no-permission', uri, 'is not open to this server')
  }
  if (isErrno(thrown, 'ENXIO', 'EISDIR')) return notAFile(uri)
  if (isErrno(thrown, 'ENAMETOOLONG')) {
    return new McpError('invalid-params', 'The URI has a name too long for a file.')
  }
  if (isErrno(thrown, 'ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE')) {
    return new McpError(
      'unavailable',
      `${uri.slice(0, 200)}: the disk is full or cannot be written.`,
      {
        cause: thrown,
      },
    )
  }
  return McpError.internal(thrown)
}

/** The error for what is there and is no regular file. */
export function notAFile(uri: string): McpError {
  return refusal('not-a-file', uri, 'is a folder, pipe or device; only regular files are resources')
}
