import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { NamedDocument } from '@mcp/files'
import { isMissing } from '@mcp/files'

import { maxSavedCallChars, savedCallsName } from './document-saved-calls.ts'
import {
  callersFolder,
  createFolderSavedCalls,
  folderNameOf,
  ownerFile,
} from './folder-saved-calls.ts'

/** The saved calls in a folder, as several processes share them. */
export interface SavedCallDocuments {
  /** One document per owner. */
  readonly documents: readonly NamedDocument[]
  /** Paths in the folder that are in no document, with the reason. */
  readonly omitted: readonly { readonly path: string; readonly reason: string }[]
}

/**
 * Reads the folder of {@link createFolderSavedCalls} as the documents of {@link createDocumentSavedCalls}, and
 * does not change it.
 *
 * @param callers - Ids of callers that may have saved calls. Earlier versions wrote subfolders without the
 * id of their caller. Such a subfolder is read only if its caller is in this list.
 *
 * @example
 * const { documents } = await readSavedCalls('.data/saved-calls')
 */
export async function readSavedCalls(
  path: string,
  callers: Iterable<string> = [],
): Promise<SavedCallDocuments> {
  const known = new Map(Array.from(callers, (caller) => [folderNameOf(caller), caller]))
  const store = createFolderSavedCalls(path)
  const documents: NamedDocument[] = []
  const omitted: { path: string; reason: string }[] = []

  async function add(owner: string | undefined, folder: string): Promise<void> {
    const { calls, invalid } = await store.list(owner)
    for (const { name, problem } of invalid) {
      omitted.push({ path: join(folder, `${name}.json`), reason: problem })
    }
    if (calls.length === 0) return
    const document = calls.map(({ name, ...call }) => [name, call])
    if (JSON.stringify(document).length <= maxSavedCallChars) {
      documents.push({ name: savedCallsName(owner), document })
    } else {
      omitted.push({ path: folder, reason: 'all calls of a caller together may have 4 MiB' })
    }
  }

  if ((await namesIn(path)).length > 0) await add(undefined, '')
  for (const name of await namesIn(join(path, callersFolder))) {
    const folder = join(callersFolder, name)
    const owner = (await readOwner(join(path, folder), name)) ?? known.get(name)
    if (owner !== undefined) await add(owner, folder)
    else omitted.push({ path: folder, reason: 'its caller is unknown: save the calls again' })
  }
  return { documents, omitted }
}

/** Returns the names in a folder, which may be missing. */
async function namesIn(folder: string): Promise<readonly string[]> {
  return (await unlessMissing(readdir(folder)))?.toSorted() ?? []
}

/** Returns the owner of a subfolder, if it contains the id. */
async function readOwner(folder: string, name: string): Promise<string | undefined> {
  const owner = await unlessMissing(readFile(join(folder, ownerFile), 'utf8'))
  // The folder may have been renamed or copied.
  return owner !== undefined && folderNameOf(owner) === name ? owner : undefined
}

async function unlessMissing<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw thrown
  }
}
