import { constants, existsSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open, readlink, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { McpError } from '@mcp/protocol'

/**
 * An open directory. On Linux, its entries are accessed through its descriptor. If a link replaces the
 * directory or one of its parents, later operations are not affected. On other systems, the location
 * of the directory is verified again after each open. An attacker who replaces the directory and
 * restores it in that time can redirect an operation.
 */
export interface OpenDirectory {
  /** Absolute path without links. Callers of a server must not receive it. */
  readonly realPath: string
  /** Device and inode: the identity of the directory, independent of its path. */
  readonly key: string
  /** Returns a path of an entry for system calls. The path is valid while the directory is open. */
  pathOf(name: string): string
  /** Opens a subdirectory. Fails if `name` is a link. */
  open(name: string): Promise<OpenDirectory>
  /**
   * Verifies that the directory is still at its location.
   *
   * @throws McpError `conflict`, reason `moved`.
   */
  verify(): Promise<void>
  /** Verifies that the file opened as `name` is in the directory and was not reached through a link. */
  verifyFile(handle: FileHandle, name: string): Promise<void>
  /** Flushes the entries of the directory to disk. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Whether system calls can access an entry through the descriptor of its directory. */
export function hasDescriptorPaths(): boolean {
  return process.platform === 'linux' && existsSync('/proc/self/fd')
}

/**
 * Opens the directory at a path that contains no links.
 *
 * @throws McpError `conflict`, reason `moved`, if the path now contains a link. A system error if there is no
 * directory at the path.
 */
export async function openDirectory(
  realPath: string,
  byDescriptor: boolean,
): Promise<OpenDirectory> {
  return byDescriptor ? openByDescriptor(realPath, realPath) : openByPath(realPath)
}

// A flag that the system does not support is undefined. A bitwise OR treats undefined as 0.
const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants

async function openByDescriptor(path: string, realPath: string): Promise<OpenDirectory> {
  const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK)
  const pathOf = (name: string): string => `/proc/self/fd/${handle.fd}/${name}`
  const verify = async (): Promise<void> => {
    if ((await readlink(`/proc/self/fd/${handle.fd}`)) !== realPath) throw moved()
  }
  try {
    await verify()
    const { dev, ino } = await handle.stat({ bigint: true })
    return {
      realPath,
      key: `${dev}:${ino}`,
      pathOf,
      open: (name) =>
        openByDescriptor(pathOf(name), name === '.' ? realPath : join(realPath, name)),
      verify,
      async verifyFile(file, name) {
        const found = await readlink(`/proc/self/fd/${file.fd}`)
        const expected = join(realPath, name)
        // Linux appends "(deleted)" if a concurrent rename replaced the file after it was opened. The
        // file was in the directory when it was opened.
        if (found !== expected && found !== `${expected} (deleted)`) throw moved()
      },
      sync: () => handle.sync(),
      close: () => handle.close(),
    }
  } catch (thrown) {
    await handle.close()
    throw thrown
  }
}

async function openByPath(realPath: string): Promise<OpenDirectory> {
  const { dev, ino } = await stat(realPath, { bigint: true })
  const key = `${dev}:${ino}`
  const pathOf = (name: string): string => join(realPath, name)
  const verify = async (): Promise<void> => {
    const now = await stat(realPath, { bigint: true })
    const isSame = `${now.dev}:${now.ino}` === key && (await realpath(realPath)) === realPath
    if (!isSame) throw moved()
  }
  await verify()
  return {
    realPath,
    key,
    pathOf,
    open: (name) => openByPath(name === '.' ? realPath : pathOf(name)),
    verify,
    async verifyFile(file, name) {
      await verify()
      const opened = await file.stat({ bigint: true })
      const found = await stat(pathOf(name), { bigint: true })
      if (opened.ino !== found.ino || opened.dev !== found.dev) throw moved()
      if ((await realpath(pathOf(name))) !== pathOf(name)) throw moved()
    },
    // Some systems cannot open a directory to flush it. A rename is atomic even without the flush.
    sync: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

function moved(): McpError {
  return new McpError('conflict', 'A directory above the file was moved or replaced meanwhile.', {
    details: { reason: 'moved' },
    retryable: true,
  })
}
