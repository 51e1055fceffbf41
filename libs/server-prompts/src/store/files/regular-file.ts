import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

import { isSystemError } from '@mcp/files'

/** An open file that is not a folder, pipe or device. */
export interface RegularFile {
  /** Text that changes whenever the content changes. */
  readonly fingerprint: string
  /** Reads the content. Not needed if the caller has cached the content with this fingerprint. */
  readonly read: () => Promise<string>
}

export interface RegularFileOptions {
  /** Maximum size of the file. */
  readonly maxBytes: number
  /** Creates the error for a file that exists but cannot be read. */
  readonly createError: (problem: string) => Error
}

/**
 * Opens a file, passes it to `use` and returns the result. Returns undefined if the file does not exist.
 */
export async function useRegularFile<Result>(
  path: string,
  { maxBytes, createError }: RegularFileOptions,
  use: (file: RegularFile) => Promise<Result>,
): Promise<Result | undefined> {
  // Without O_NONBLOCK, opening a pipe without a writer would never return.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (thrown: unknown) => {
      if (isSystemError(thrown, 'ENOENT', 'ENOTDIR')) return undefined
      if (isSystemError(thrown, 'ELOOP')) throw createError('its links form a cycle')
      if (isSystemError(thrown, 'EACCES', 'EPERM')) throw createError('permission denied')
      if (isSystemError(thrown, 'ENXIO', 'ENODEV')) throw createError('it is not a regular file')
      throw thrown
    },
  )
  if (handle === undefined) return undefined
  try {
    const stats = await handle.stat({ bigint: true })
    if (!stats.isFile()) throw createError('it is not a regular file')
    if (stats.size > maxBytes) throw createError(`it is larger than ${maxBytes} bytes`)
    const { ino, size, mtimeNs, ctimeNs } = stats
    return await use({
      fingerprint: [ino, size, mtimeNs, ctimeNs].join(' '),
      read: () => handle.readFile('utf8'),
    })
  } finally {
    await handle.close()
  }
}
