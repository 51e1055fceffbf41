import type { BigIntStats } from 'node:fs'
import { constants } from 'node:fs'
import { link, lstat, open, rename, unlink } from 'node:fs/promises'

import { McpError } from '@mcp/protocol'
import { checkMatch } from '@mcp/server'

import { resourceNotFound } from '../resource-not-found.ts'
import type { RemoveRequest, WriteRequest } from '../resource-provider.ts'
import { fileFailure, isErrno, isMissing, notAFile } from './file-failure.ts'
import { fileEtag } from './file-info.ts'
import { temporaryPrefix } from './file-uris.ts'
import type { Folder, OpenFolder } from './folder.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants

/** Writes a file whole or not at all: beside its place first, then into it. */
export async function writeFile(
  folder: Folder,
  given: readonly string[],
  uri: string,
  { bytes, mode, ifMatch, signal }: WriteRequest,
): Promise<BigIntStats> {
  const isNew = mode === 'create'
  const segments = isNew ? given : await folder.follow(given, uri)
  if (segments === undefined) throw resourceNotFound(uri)
  return inParent(folder, segments, uri, isNew, async (parent, name) => {
    const current = await look(parent, name)
    if (isNew && current !== undefined) throw isThere(uri)
    if (!isNew && current === undefined) throw resourceNotFound(uri)
    if (current !== undefined && !current.isFile()) throw notAFile(uri)
    checkMatch(uri, ifMatch, current && fileEtag(current))

    const temporary = parent.pathOf(`${temporaryPrefix}${crypto.randomUUID()}`)
    try {
      const stats = await writeNew(temporary, bytes, current, signal)
      if (!isNew) await rename(temporary, parent.pathOf(name))
      else await place(temporary, parent.pathOf(name), uri)
      return stats
    } finally {
      await unlink(temporary).catch(() => {})
    }
  })
}

/** Removes a file, or a link to one. */
export async function removeFile(
  folder: Folder,
  segments: readonly string[],
  uri: string,
  { ifMatch }: RemoveRequest,
): Promise<void> {
  const opened = await folder.openFile(segments, uri)
  if (opened === undefined) throw resourceNotFound(uri)
  await opened.handle.close()
  checkMatch(uri, ifMatch, fileEtag(opened.stats))
  await inParent(folder, segments, uri, false, (parent, name) => unlink(parent.pathOf(name)))
}

async function inParent<Result>(
  folder: Folder,
  segments: readonly string[],
  uri: string,
  create: boolean,
  run: (parent: OpenFolder, name: string) => Promise<Result>,
): Promise<Result> {
  const parent = await folder.openFolder(segments.slice(0, -1), uri, { create })
  if (parent === undefined) throw create ? isThere(uri) : resourceNotFound(uri)
  try {
    return await run(parent, segments.at(-1) ?? '')
  } catch (thrown) {
    throw isMissing(thrown) ? resourceNotFound(uri) : fileFailure(thrown, uri)
  } finally {
    await parent.close()
  }
}

async function look(parent: OpenFolder, name: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(parent.pathOf(name), { bigint: true })
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw thrown
  }
}

async function writeNew(
  path: string,
  bytes: Uint8Array,
  current: BigIntStats | undefined,
  signal: AbortSignal,
): Promise<BigIntStats> {
  const permissions = current === undefined ? 0o666 : Number(current.mode & 0o777n)
  const handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, permissions)
  try {
    if (current !== undefined) await handle.chmod(permissions)
    await handle.writeFile(bytes, { signal })
    await handle.sync()
    return await handle.stat({ bigint: true })
  } finally {
    await handle.close()
  }
}

/** Puts a new file in its place, unless something came there first. */
async function place(temporary: string, path: string, uri: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (thrown) {
    if (isErrno(thrown, 'EEXIST')) throw isThere(uri)
    // A file system without hard links: what comes there between check and move is replaced.
    if (!isErrno(thrown, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK')) throw thrown
    await rename(temporary, path)
  }
}

function isThere(uri: string): McpError {
  return new McpError(
    'conflict',
    `${uri}: something is there already, or is a file where a folder is needed; choose another URI.`,
    {
      details: { reason: 'exists' },
    },
  )
}
