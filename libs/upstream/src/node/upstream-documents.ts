import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { NamedDocument } from '@mcp/files'
import { createFileDocumentStore, isMissing } from '@mcp/files'

import { configFiles } from './config-files.ts'
import { openKeptServers, sharedServersName } from './kept-servers.ts'
import { watchConfig } from './watch-config.ts'

/** `pins`: the approved tools. `credentials`: the logins. Each server has a document of its own. */
type DocumentKind = 'pins' | 'credentials'

/** Returns the prefix of the names of documents that several processes share. */
export const sharedPrefix = (kind: DocumentKind): string => `upstream-${kind}:`

export interface ReadUpstreamDocumentsOptions {
  /** Data folder. No other process may use it meanwhile. */
  readonly folder: string
  /** Value of MCP_CONFIG. */
  readonly configured?: string | undefined
}

/** The documents of one file or folder, as several processes share them. */
export interface UpstreamDocuments {
  /** Path in the data folder. */
  readonly path: string
  /** Whether the documents contain secrets, so they have to be sealed. */
  readonly isSecret: boolean
  readonly documents: readonly NamedDocument[]
  /** Number of documents of servers that are neither in the MCP configuration file nor added. */
  readonly unknown: number
}

/**
 * Maximum of the numbers that are tried at the end of the name of a server. The name has a number if another
 * server or tool has the name of the entry.
 */
const maxNameNumber = 9

/**
 * Reads the added servers, the logins and the approved tools in a data folder as the documents that several
 * processes share. The names of the files are hashes. The names of the servers are therefore read from the MCP
 * configuration file and from the added servers.
 *
 * @throws McpError `invalid-params` if the MCP configuration file or that of the added servers is invalid.
 *
 * @example
 * const parts = await readUpstreamDocuments({ folder: '.data', configured: config.MCP_CONFIG })
 */
export async function readUpstreamDocuments({
  folder,
  configured,
}: ReadUpstreamDocumentsOptions): Promise<readonly UpstreamDocuments[]> {
  const { initial: added } = openKeptServers(join(folder, 'servers.json'))
  const hasAdded = Object.keys(added).length > 0
  const parts: UpstreamDocuments[] = [
    {
      path: 'servers.json',
      isSecret: true,
      documents: hasAdded ? [{ name: sharedServersName, document: added }] : [],
      unknown: 0,
    },
  ]
  for (const kind of ['credentials', 'pins'] as const) {
    const path = join('upstreams', kind)
    const files = await documentFiles(join(folder, path))
    const names = files === 0 ? [] : possibleNames(Object.keys(added), configured)
    const documents = await readKnown(join(folder, path), kind, names)
    const unknown = files - documents.length
    parts.push({ path, isSecret: kind === 'credentials', documents, unknown })
  }
  return parts
}

/** Returns the number of documents in a folder. */
async function documentFiles(folder: string): Promise<number> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json')).length
  } catch (thrown) {
    if (isMissing(thrown)) return 0
    throw thrown
  }
}

/** Returns the names that a server can have in a program, with numbers up to {@link maxNameNumber}. */
function possibleNames(added: readonly string[], configured: string | undefined): string[] {
  const ignore = () => {}
  const { initial, stop } = watchConfig(configFiles({ configured }), {
    isRequired: configured !== undefined,
    onChange: ignore,
    onInvalid: ignore,
  })
  stop()
  const inFile = initial.entries.map(({ name }) => name)
  const names = [...inFile, ...initial.disabled, ...added]
  const numbers = Array.from({ length: maxNameNumber - 1 }, (_, index) => index + 2)
  return names.concat(...numbers.map((number) => names.map((name) => `${name}-${number}`)))
}

async function readKnown(
  folder: string,
  kind: DocumentKind,
  names: readonly string[],
): Promise<readonly NamedDocument[]> {
  const store = createFileDocumentStore(folder)
  const documents: NamedDocument[] = []
  for (const name of new Set(names)) {
    const document = await store.read(name)
    if (document !== undefined) documents.push({ name: sharedPrefix(kind) + name, document })
  }
  return documents
}
