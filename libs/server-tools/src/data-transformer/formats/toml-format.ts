import { isRecord, McpError } from '@mcp/protocol'

import type { DataFormat } from './data-format.ts'

/** TOML 1.0. */
export const tomlFormat: DataFormat = {
  async read(text) {
    const { parse } = await import('smol-toml')
    return parse(text, { integersAsBigInt: 'asNeeded', maxDepth: 128 })
  },
  async write(value) {
    if (!isRecord(value)) {
      throw new McpError(
        'invalid-params',
        'a TOML document must be an object, not a list or a single value',
      )
    }
    const { stringify } = await import('smol-toml')
    return stringify(value)
  },
}
