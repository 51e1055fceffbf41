import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'

import { dataFile } from '@mcp/files'
import { McpError } from '@mcp/protocol'

/** Maximum length of the path of a socket, in bytes: 108 on Linux and 104 on macOS, with a final 0. */
const maxPathBytes = 103

/**
 * Returns the path of the socket on which the hub of a data folder is served. On Windows, it is a named pipe.
 * Elsewhere, the socket is in the data folder or, if its path would be too long, in a private temporary folder,
 * which is then created.
 *
 * @throws McpError `forbidden` if other users can access the temporary folder.
 */
export function hubSocketPath(dataFolder: string): string {
  const id = createHash('sha256').update(resolve(dataFolder)).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\mcp-hub-${id}`
  const path = dataFile(dataFolder, 'hub.sock')
  return Buffer.byteLength(path) <= maxPathBytes ? path : join(privateFolder(), `${id}.sock`)
}

/**
 * Removes the socket that a killed process has left. Call it only in the process that has locked the data
 * folder. No other process can then be listening.
 */
export function removeSocket(path: string): void {
  if (process.platform !== 'win32') rmSync(path, { force: true })
}

/** Creates the folder for sockets. Refuses one that another user has created to read the traffic. */
function privateFolder(): string {
  const { uid } = userInfo()
  const folder = join(tmpdir(), `mcp-hub-${uid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stats = lstatSync(folder)
  if (stats.isDirectory() && stats.uid === uid && (stats.mode & 0o077) === 0) return folder
  throw new McpError(
    'forbidden',
    `The folder "${folder}" is accessible to other users. Remove it, or set MCP_DATA_DIR to a shorter path.`,
  )
}
