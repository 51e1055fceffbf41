import { resolve } from 'node:path'

import { McpError } from '@mcp/protocol'

import { makeFolderSync } from './make-folder.ts'

/**
 * Returns the path of a file in the data folder. If the folder is missing, creates it with access for
 * its owner only.
 *
 * @throws McpError `invalid-params` if the folder cannot be created.
 *
 * @example
 * const file = dataFile(config.MCP_DATA_DIR, 'sessions.db')
 */
export function dataFile(folder: string, name: string): string {
  try {
    makeFolderSync(folder, 0o700)
  } catch (cause) {
    if (McpError.is(cause)) throw cause
    const message = `Cannot create the folder "${folder}". Set MCP_DATA_DIR to a writable folder.`
    throw new McpError('invalid-params', message, { cause })
  }
  return resolve(folder, name)
}
