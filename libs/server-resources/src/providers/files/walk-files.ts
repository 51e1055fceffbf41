import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'

import { McpError } from '@mcp/protocol'

import type { ListOptions } from '../resource-provider.ts'
import { createTimeSlice } from '../../time-slice.ts'
import { fileFailure, isMissing } from './file-failure.ts'
import type { FileUris } from './file-uris.ts'
import type { Folder, OpenFolder } from './folder.ts'

const maxEntries = 20_000
const maxDepth = 64

interface Entry {
  readonly name: string
  /** As URIs are ordered: a folder by what its files' URIs go on with. */
  readonly key: string
  readonly isFolder: boolean
}

/**
 * The ways to the files of a folder, in the order of their URIs, of which only one folder's entries are
 * held at a time for each level.
 *
 * Links to files within the folder are files; links to folders are not followed, so that no circle is.
 */
export async function* walkFiles(
  folder: Folder,
  uris: FileUris,
  { after = '', prefix = '', signal }: ListOptions,
): AsyncGenerator<readonly string[]> {
  const turn = createTimeSlice()
  yield* walk([])

  async function* walk(parent: readonly string[]): AsyncGenerator<readonly string[]> {
    for (const { name, isFolder } of await readEntries(parent)) {
      signal.throwIfAborted()
      if (turn.isOver()) await turn.yield()
      const segments = [...parent, name]
      const uri = uris.uriOf(segments)
      if (!uris.isVisible(segments)) continue
      if (!isFolder) {
        if (uri > after && uri.startsWith(prefix)) yield segments
        continue
      }
      const start = `${uri}/`
      const isWanted = start.startsWith(prefix) || prefix.startsWith(start)
      const isAhead = start > after || after.startsWith(start)
      if (isWanted && isAhead && segments.length < maxDepth) yield* walk(segments)
    }
  }

  async function readEntries(segments: readonly string[]): Promise<Entry[]> {
    const uri = uris.uriOf(segments)
    const opened = await openVisible(segments, uri)
    if (opened === undefined) return []
    const entries: Entry[] = []
    try {
      for await (const entry of await opendir(opened.path, { bufferSize: 256 })) {
        const isFolder = entry.isDirectory()
        if (!isFolder && !(await isFile(entry, [...segments, entry.name]))) continue
        const key = encodeURIComponent(entry.name) + (isFolder ? '/' : '')
        entries.push({ name: entry.name, key, isFolder })
        if (entries.length > maxEntries) throw tooManyEntries(uri)
        if (turn.isOver()) await turn.yield()
      }
    } catch (thrown) {
      if (isMissing(thrown)) return []
      throw fileFailure(thrown, uri)
    } finally {
      await opened.close()
    }
    return entries.toSorted((left, right) => (left.key < right.key ? -1 : 1))
  }

  /** A folder that is gone since its parent was read, or not open to this server, has nothing to list. */
  async function openVisible(
    segments: readonly string[],
    uri: string,
  ): Promise<OpenFolder | undefined> {
    try {
      return await folder.openFolder(segments, uri)
    } catch (thrown) {
      if (McpError.is(thrown) && thrown.code === 'forbidden') return undefined
      throw thrown
    }
  }

  async function isFile(entry: Dirent, segments: readonly string[]): Promise<boolean> {
    if (entry.isFile()) return true
    if (!entry.isSymbolicLink()) return false
    try {
      const opened = await folder.openFile(segments, uris.uriOf(segments))
      await opened?.handle.close()
      return opened !== undefined
    } catch {
      // A link that leads out is no resource; whoever reads it is told so.
      return false
    }
  }
}

function tooManyEntries(uri: string): McpError {
  return new McpError(
    'payload-too-large',
    `${uri} has more than ${maxEntries} entries, which are too many to list; name a file, or leave the folder out by a prefix.`,
    { details: { maxEntries } },
  )
}
