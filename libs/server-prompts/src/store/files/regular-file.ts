import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

import { hasCode } from './has-code.ts'

/** What a file holds, and a mark that changes whenever it does. */
export interface RegularFile {
  readonly mark: string
  /** Reads it; only where the mark is a new one is there a need to. */
  readonly read: () => Promise<string>
}

export interface RegularFileOptions {
  /** The largest it may be. */
  readonly mostBytes: number
  /** The error for what is there and cannot be read. */
  readonly refuse: (why: string) => Error
}

/** Opens a file for `use`. Gives undefined where there is none. */
export async function useRegularFile<Result>(
  path: string,
  { mostBytes, refuse }: RegularFileOptions,
  use: (file: RegularFile) => Promise<Result>,
): Promise<Result | undefined> {
  // Without waiting: opening a pipe that nobody writes to would otherwise never end.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (thrown: unknown) => {
      if (hasCode(thrown, 'ENOENT', 'ENOTDIR')) return undefined
      if (hasCode(thrown, 'ELOOP')) throw refuse('it is a link that leads nowhere')
      if (hasCode(thrown, 'EACCES', 'EPERM')) throw refuse('it may not be read')
      if (hasCode(thrown, 'ENXIO', 'ENODEV')) throw refuse('it is no file')
      throw thrown
    },
  )
  if (handle === undefined) return undefined
  try {
    const facts = await handle.stat({ bigint: true })
    if (!facts.isFile()) throw refuse('it is no file')
    if (facts.size > mostBytes) throw refuse(`it is larger than ${mostBytes} bytes`)
    const { ino, size, mtimeNs, ctimeNs } = facts
    return await use({
      mark: [ino, size, mtimeNs, ctimeNs].join(' '),
      read: () => handle.readFile('utf8'),
    })
  } finally {
    await handle.close()
  }
}
