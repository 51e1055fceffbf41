import { McpError, parseJson } from '@mcp/protocol'

import type { DataFormat } from './data-format.ts'
import { itemsOf } from './data-format.ts'

/** One JSON value a line. */
export const ndjsonFormat: DataFormat = {
  async read(text) {
    const values: unknown[] = []
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() !== '') values.push(readJson(`line ${index + 1}`, line))
    }
    return values
  },
  async write(value) {
    return itemsOf(value)
      .map((item) => `${JSON.stringify(item)}\n`)
      .join('')
  },
}

/** Reads JSON; an error says of which text. */
export function readJson(what: string, text: string): unknown {
  try {
    return parseJson(text)
  } catch (thrown) {
    if (!McpError.is(thrown) || thrown.code !== 'parse-error') throw thrown
    const [position = ''] = / \(character \d+\)/.exec(thrown.message) ?? []
    throw new McpError('parse-error', `${what} is not JSON${position}`, { cause: thrown })
  }
}
