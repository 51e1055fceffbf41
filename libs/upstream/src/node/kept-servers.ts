import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import type { DocumentStore } from '@mcp/files'
import { isSystemError, makeFolderSync } from '@mcp/files'
import { isRecord, McpError } from '@mcp/protocol'

/** The entries that operators have added, by name, as they were sent. */
export type KeptServers = Readonly<Record<string, unknown>>

/** Keeps the entries that operators have added. */
export interface KeptServerStore {
  /** The entries that are known without a request to the store. */
  readonly initial: KeptServers
  read(): Promise<KeptServers>
  /** Changes the entries, and returns the new ones. If `edit` throws, nothing changes. */
  change(edit: (servers: KeptServers) => KeptServers): Promise<KeptServers>
}

/**
 * Opens the file with the entries that operators have added. Only this user can read it, because it
 * contains the values of headers and environment variables.
 *
 * @throws McpError `invalid-params` if the file is damaged or cannot be read.
 */
export function openKeptServers(file: string): KeptServerStore {
  const initial = readFile(file)
  let servers = initial
  return {
    initial,
    read: async () => servers,
    async change(edit) {
      const next = edit(servers)
      writeFile(file, next)
      servers = next
      return next
    },
  }
}

/** Name of the document that several processes share. */
export const sharedServersName = 'upstream-servers'

/**
 * Keeps the entries in a document that several processes share. The store must seal its documents, because the
 * entries contain secrets.
 */
export function shareKeptServers(documents: DocumentStore): KeptServerStore {
  const serversOf = (document: unknown): KeptServers => (isRecord(document) ? document : {})
  return {
    initial: {},
    read: async () => serversOf(await documents.read(sharedServersName)),
    async change(edit) {
      let next: KeptServers = {}
      await documents.change(sharedServersName, (current) => (next = edit(serversOf(current))))
      return next
    },
  }
}

function readFile(file: string): KeptServers {
  try {
    const document: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (isRecord(document) && isRecord(document['mcpServers'])) return document['mcpServers']
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return {}
  }
  const message = `Invalid file of added servers ${file}. Correct or delete it.`
  throw new McpError('invalid-params', message, { details: { file } })
}

function writeFile(file: string, servers: KeptServers): void {
  makeFolderSync(dirname(file), 0o700)
  const next = `${file}.new`
  const text = `${JSON.stringify({ mcpServers: servers }, undefined, 2)}\n`
  writeFileSync(next, text, { mode: 0o600, flush: true })
  renameSync(next, file)
}
