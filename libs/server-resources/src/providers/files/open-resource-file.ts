import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

import type { SafeFolder } from '@mcp/files'
import { openFile } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import { shortened } from './file-uris.ts'

/** An open regular file. The caller must close the handle. */
export interface OpenResourceFile {
  readonly handle: FileHandle
  readonly stats: BigIntStats
}

/**
 * Opens a regular file for reading, or returns undefined if it does not exist.
 *
 * @throws McpError `forbidden`, reason `path-escape` or `hard-link`; `invalid-params`, reason `not-a-file`.
 */
export async function openResourceFile(
  folder: SafeFolder,
  path: string,
  uri: string,
): Promise<OpenResourceFile | undefined> {
  try {
    return await folder.withEntry(path, { label: shortened(uri) }, async (entry) => {
      if (entry.stats === undefined) return undefined
      const { handle } = await openFile(entry)
      try {
        return { handle, stats: await handle.stat({ bigint: true }) }
      } catch (thrown) {
        await handle.close()
        throw thrown
      }
    })
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined
    throw thrown
  }
}

/** Returns whether an error means that no file exists at a path, for example because its folder is a file. */
export function isAbsent(thrown: unknown): boolean {
  return (
    McpError.is(thrown) &&
    (thrown.code === 'not-found' || thrown.details?.['reason'] === 'not-a-directory')
  )
}
