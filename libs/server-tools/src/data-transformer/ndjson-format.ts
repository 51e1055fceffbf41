import { McpError, parseJson } from '@mcp/protocol'

import type { DataFormat } from './data-format.ts'
import { itemsOf } from './data-format.ts'

/** One JSON value a line. */
export const ndjsonFormat: DataFormat = {
  async read(text) {
    const values: unknown[] = []
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() !== '') values.push(readLine(line, index + 1))
    }
    return values
  },
  async write(value) {
    return itemsOf(value)
      .map((item) => `${JSON.stringify(item)}\n`)
      .join('')
  },
}

function readLine(line: string, number: number): unknown {
  try {
    return parseJson(line)
  } catch (cause) {
    throw new McpError('parse-error', `line ${number} is not JSON`, { cause })
  }
}
