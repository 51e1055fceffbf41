import { chmod, chown, lstat, open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { isRecord, McpError } from '@mcp/protocol'

/**
 * Copies a SQLite file as a consistent snapshot, while another process may write to it. Returns the size
 * of the copy.
 *
 * `VACUUM INTO` is one read transaction. The backup interface of SQLite would start again after each write of
 * another process, so that it might never end under load.
 */
export async function copyDatabase(from: string, to: string): Promise<number> {
  const { mode, uid, gid } = await lstat(from)
  // `VACUUM INTO` accepts an empty file. Without an existing file, SQLite would create a file that all users
  // can read.
  const handle = await open(to, 'wx', 0o600)
  await handle.close()
  try {
    const database = new DatabaseSync(from, { readOnly: true, timeout: busyTimeoutMs })
    try {
      database.prepare('VACUUM INTO ?').run(to)
    } finally {
      database.close()
    }
  } catch (cause) {
    const text = isRecord(cause) && cause instanceof Error ? cause.message : String(cause)
    throw new McpError('unavailable', `Cannot copy the database "${basename(from)}": ${text}.`, {
      cause,
    })
  }
  if (process.getuid?.() === 0) await chown(to, uid, gid)
  await chmod(to, mode & 0o777)
  const { size } = await stat(to)
  return size
}

// A checkpoint of the process that uses the file locks it for less than a second.
const busyTimeoutMs = 10_000
