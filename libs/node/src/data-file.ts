import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'

import { McpError } from '@mcp/protocol'

/**
 * The path of a file in the data folder, which is made where it is not there, for its owner alone.
 *
 * @throws McpError `invalid-params` where it cannot be made.
 */
export function dataFile(folder: string, name: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const message = `MCP_DATA_DIR is "${folder}": that folder cannot be made. Name one that can be written to.`
    throw new McpError('invalid-params', message, { cause })
  }
  return resolve(folder, name)
}
