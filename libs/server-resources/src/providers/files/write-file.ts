import type { BigIntStats } from 'node:fs'
import { unlink } from 'node:fs/promises'

import type { Entry, SafeFolder } from '@mcp/files'
import {
  alreadyExists,
  lockEntries,
  lstatEntry,
  openFile,
  requireRegularFile,
  splitPath,
  withDirectories,
  writeFileAtomically,
} from '@mcp/files'
import { checkMatch } from '@mcp/server'

import { resourceNotFound } from '../resource-not-found.ts'
import type { RemoveRequest, WriteRequest } from '../resource-provider.ts'
import { fileEtag } from './file-info.ts'
import { shortened } from './file-uris.ts'
import { isAbsent, openResourceFile } from './open-resource-file.ts'

/** Writes a file atomically and returns its stats. */
export async function writeFile(
  folder: SafeFolder,
  path: string,
  uri: string,
  { bytes, mode, ifMatch, signal }: WriteRequest,
): Promise<BigIntStats> {
  const isNew = mode === 'create'

  async function write(entry: Entry): Promise<BigIntStats> {
    const stats = await lstatEntry(entry)
    if (isNew && stats !== undefined) throw alreadyExists(entry)
    if (!isNew && stats === undefined) throw resourceNotFound(uri)
    if (stats !== undefined) requireRegularFile(entry, stats)
    checkMatch(uri, ifMatch, stats && (await readEtag({ ...entry, stats })))
    let written: BigIntStats | undefined
    await writeFileAtomically(
      entry,
      async (handle) => {
        await handle.writeFile(bytes, { signal })
        written = await handle.stat({ bigint: true })
      },
      { replaces: stats },
    )
    if (written === undefined) throw resourceNotFound(uri)
    return written
  }

  const run = () =>
    folder.withEntry(path, { label: shortened(uri) }, (entry) =>
      lockEntries([entry], signal, () => write(entry)),
    )
  try {
    if (!isNew) return await run()
    return await withDirectories(folder, splitPath(path).folder, { signal }, run)
  } catch (thrown) {
    throw !isNew && isAbsent(thrown) ? resourceNotFound(uri) : thrown
  }
}

/** Removes a file or a link to a file. */
export async function removeFile(
  folder: SafeFolder,
  path: string,
  uri: string,
  { ifMatch, signal }: RemoveRequest,
): Promise<void> {
  // Opening the file follows links and rejects a link that leads out of the folder. Such a link is not
  // removed.
  const opened = await openResourceFile(folder, path, uri)
  if (opened === undefined) throw resourceNotFound(uri)
  await opened.handle.close()
  await folder.withEntry(path, { label: shortened(uri), follow: false }, (entry) =>
    lockEntries([entry], signal, async () => {
      const current = await openResourceFile(folder, path, uri)
      if (current === undefined) throw resourceNotFound(uri)
      await current.handle.close()
      checkMatch(uri, ifMatch, fileEtag(current.stats))
      await entry.directory.verify()
      await unlink(entry.directory.pathOf(entry.name))
    }),
  )
}

async function readEtag(entry: Entry): Promise<string> {
  const { handle } = await openFile(entry)
  try {
    return fileEtag(await handle.stat({ bigint: true }))
  } finally {
    await handle.close()
  }
}
