import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { McpError } from '@mcp/protocol'

/** Returns the error of a folder whose database PGlite fails to open. */
export async function damagedDatabase(
  folder: string,
  name: string,
  cause: unknown,
): Promise<McpError> {
  const version = await readFile(join(folder, 'data', 'PG_VERSION'), 'utf8').catch(() => '')
  const creator = /^\d+\s*$/.test(version) ? ` (created by PostgreSQL ${version.trim()})` : ''
  const message =
    `The folder of the database "${name}" cannot be opened: it is damaged or was created by another version of PGlite${creator}. ` +
    'Restore it from a backup, open it with the version that created it, or move it away to start with an empty database.'
  return new McpError('unavailable', message, {
    retryable: false,
    details: { reason: 'database-damaged' },
    cause,
  })
}

/** Returns the error of a folder that cannot be created or written to. */
export function unusableFolder(name: string, cause: unknown): McpError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  const message = `The folder of the database "${name}" cannot be used${code}: this process must be able to write to it.`
  return new McpError('unavailable', message, {
    retryable: false,
    details: { reason: 'no-database' },
    cause,
  })
}
