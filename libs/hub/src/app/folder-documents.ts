import { join } from 'node:path'

import type { NamedDocument } from '@mcp/files'
import { providerDocumentName, readProviderDocuments } from '@mcp/llm/node'
import { readUpstreamDocuments, sharedServersName } from '@mcp/upstream/node'
import { callerOfOwner, readSavedCalls } from '@mcp/web-client'

/** A document of a data folder, under the name that processes with `REDIS_URL` use. */
export interface FolderDocument extends NamedDocument {
  /** Path in the data folder. */
  readonly path: string
  /** Whether the document contains secrets, so it has to be sealed. */
  readonly isSecret: boolean
}

/** The documents of a data folder. */
export interface FolderDocuments {
  readonly documents: readonly FolderDocument[]
  /** Names of documents that are always sealed, whether the folder has such a document or not. */
  readonly sealedNames: readonly string[]
  /** Paths in the data folder that are in no document, with the reason. */
  readonly omitted: readonly { readonly path: string; readonly reason: string }[]
}

export interface ReadFolderDocumentsOptions {
  /** The data folder. No other process may use it meanwhile. */
  readonly folder: string
  /** Value of MCP_CONFIG. */
  readonly configured?: string | undefined
  /** Ids of the owners of conversations. The callers among them may have saved calls. */
  readonly owners: readonly string[]
}

/**
 * Reads the saved calls, keys of models, added MCP servers, logins and approved tools in a data folder as the
 * documents that several processes share, and does not change the folder.
 *
 * @throws McpError `invalid-params` if a file is invalid.
 */
export async function readFolderDocuments({
  folder,
  configured,
  owners,
}: ReadFolderDocumentsOptions): Promise<FolderDocuments> {
  const documents: FolderDocument[] = []
  const omitted: { path: string; reason: string }[] = []

  function add(path: string, isSecret: boolean, found: readonly NamedDocument[]): void {
    documents.push(...found.map((document) => ({ ...document, path, isSecret })))
  }

  const callers = owners.flatMap((owner) => callerOfOwner(owner) ?? [])
  const savedCalls = await readSavedCalls(join(folder, savedCallsFolder), callers)
  add(savedCallsFolder, false, savedCalls.documents)
  for (const { path, reason } of savedCalls.omitted) {
    omitted.push({ path: join(savedCallsFolder, path), reason })
  }
  add(providersFile, true, await readProviderDocuments(join(folder, providersFile)))
  for (const part of await readUpstreamDocuments({ folder, configured })) {
    add(part.path, part.isSecret, part.documents)
    if (part.unknown > 0) omitted.push({ path: part.path, reason: unknownServers(part.unknown) })
  }
  return { documents, sealedNames: [providerDocumentName, sharedServersName], omitted }
}

/** Folder of the saved calls in the data folder. */
export const savedCallsFolder = 'saved-calls'

/** File with the keys of models in the data folder. */
export const providersFile = 'providers.json'

function unknownServers(count: number): string {
  return `${count} of its files are damaged, or belong to servers that are neither added nor in the MCP configuration file. If you use these servers, set MCP_CONFIG to the file that contains them`
}
