import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { McpError } from '@mcp/protocol'

/** The error for a folder whose database PGlite would not open. */
export async function cannotOpen(folder: string, name: string, cause: unknown): Promise<McpError> {
  const version = await readFile(join(folder, 'data', 'PG_VERSION'), 'utf8').catch(() => '')
  const made = /^\d+\s*$/.test(version) ? ` (it was made by PostgreSQL ${version.trim()})` : ''
  const message =
    `The folder of the database "${name}" cannot be opened: it is damaged, or another version of PGlite made it${made}. ` +
    'Restore it from a copy, open it with the version that made it, or move it away to begin with an empty database.'
  return new McpError('unavailable', message, {
    retryable: false,
    details: { reason: 'database-damaged' },
    cause,
  })
}

/** The error for a folder that cannot be made or written to. */
export function noFolder(name: string, cause: unknown): McpError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  const message = `The folder of the database "${name}" cannot be used${code}: it must be one that this process can write to.`
  return new McpError('unavailable', message, {
    retryable: false,
    details: { reason: 'no-database' },
    cause,
  })
}
