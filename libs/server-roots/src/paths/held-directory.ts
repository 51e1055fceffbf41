import { constants, existsSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open, readlink, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { McpError } from '@mcp/protocol'

/**
 * A folder that was found and is held on to. On Linux by its descriptor: swapping it, or a folder above
 * it, for a link changes nothing for whoever works in it. Elsewhere its place is looked at again after
 * each opening, which leaves a moment to whoever swaps twice.
 */
export interface HeldDirectory {
  /** Where it is on this machine. Never leaves the process. */
  readonly realPath: string
  /** Which one it is, whatever its path. */
  readonly key: string
  /** The path by which to reach an entry of it. */
  at(name: string): string
  /** Holds a folder in it, unless that is a link. */
  hold(name: string): Promise<HeldDirectory>
  /**
   * Makes sure that it is still where it was found.
   *
   * @throws McpError `conflict`, reason `moved`.
   */
  confirm(): Promise<void>
  /** Makes sure that what was opened as `name` is in it, and no link led there. */
  confirmFile(handle: FileHandle, name: string): Promise<void>
  /** Puts its entries safely on disk. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Whether an entry can be reached through the descriptor of its folder. */
export function hasDescriptorPaths(): boolean {
  return process.platform === 'linux' && existsSync('/proc/self/fd')
}

/**
 * Holds the folder at a path without links in it.
 *
 * @throws McpError `conflict`, reason `moved`, where it is no longer there or a link took its place.
 */
export async function holdDirectory(
  realPath: string,
  byDescriptor: boolean,
): Promise<HeldDirectory> {
  return byDescriptor ? holdByDescriptor(realPath, realPath) : holdByPath(realPath)
}

// What a system does not have is undefined, which adds nothing to the flags.
const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants

async function holdByDescriptor(path: string, realPath: string): Promise<HeldDirectory> {
  const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK)
  const at = (name: string): string => `/proc/self/fd/${handle.fd}/${name}`
  const confirm = async (): Promise<void> => {
    if ((await readlink(`/proc/self/fd/${handle.fd}`)) !== realPath) throw moved()
  }
  try {
    await confirm()
    const { dev, ino } = await handle.stat({ bigint: true })
    return {
      realPath,
      key: `${dev}:${ino}`,
      at,
      hold: (name) => holdByDescriptor(at(name), name === '.' ? realPath : join(realPath, name)),
      confirm,
      async confirmFile(file, name) {
        const found = await readlink(`/proc/self/fd/${file.fd}`)
        const expected = join(realPath, name)
        // Replaced since it was opened, by somebody who renames: what is open is what was there.
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

async function holdByPath(realPath: string): Promise<HeldDirectory> {
  const { dev, ino } = await stat(realPath, { bigint: true })
  const key = `${dev}:${ino}`
  const at = (name: string): string => join(realPath, name)
  const confirm = async (): Promise<void> => {
    const now = await stat(realPath, { bigint: true })
    const same = `${now.dev}:${now.ino}` === key && (await realpath(realPath)) === realPath
    if (!same) throw moved()
  }
  await confirm()
  return {
    realPath,
    key,
    at,
    hold: (name) => holdByPath(name === '.' ? realPath : at(name)),
    confirm,
    async confirmFile(file, name) {
      await confirm()
      const opened = await file.stat({ bigint: true })
      const found = await stat(at(name), { bigint: true })
      if (opened.ino !== found.ino || opened.dev !== found.dev) throw moved()
      if ((await realpath(at(name))) !== at(name)) throw moved()
    },
    // Not every system lets a folder be opened; the renaming itself is still all or nothing.
    sync: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

function moved(): McpError {
  return new McpError('conflict', 'A folder above it was moved or replaced meanwhile.', {
    details: { reason: 'moved' },
    retryable: true,
  })
}
