import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import { isSystemError, makeFolderSync } from '@mcp/files'
import { isRecord, McpError } from '@mcp/protocol'

/** The entries that operators have added, by name, as they were sent. */
export type KeptServers = Readonly<Record<string, unknown>>

/** Stores the entries that operators have added. */
export interface KeptServerFile {
  read(): KeptServers
  write(servers: KeptServers): void
}

/**
 * Opens the file with the entries that operators have added. Only this user can read it, because it
 * contains the values of headers and environment variables.
 */
export function openKeptServers(file: string): KeptServerFile {
  return {
    /** @throws McpError `invalid-params` if the file is damaged. */
    read() {
      try {
        const document: unknown = JSON.parse(readFileSync(file, 'utf8'))
        if (isRecord(document) && isRecord(document['mcpServers'])) return document['mcpServers']
      } catch (thrown) {
        if (isSystemError(thrown, 'ENOENT')) return {}
      }
      const message = `Invalid file of servers ${file}. Correct or delete it.`
      throw new McpError('invalid-params', message, { details: { file } })
    },
    write(servers) {
      makeFolderSync(dirname(file), 0o700)
      const next = `${file}.new`
      const text = `${JSON.stringify({ mcpServers: servers }, undefined, 2)}\n`
      writeFileSync(next, text, { mode: 0o600, flush: true })
      renameSync(next, file)
    },
  }
}
