import { McpError, parseJson } from '@mcp/protocol'

import type { DataFormat } from './data-format.ts'
import { itemsOf } from './data-format.ts'

/** NDJSON: one JSON value per line. */
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

/** Parses JSON. The message of an error starts with `subject`. */
export function readJson(subject: string, text: string): unknown {
  try {
    return parseJson(text)
  } catch (thrown) {
    if (!McpError.is(thrown) || thrown.code !== 'parse-error') throw thrown
    const [position = ''] = / \(character \d+\)/.exec(thrown.message) ?? []
    throw new McpError('parse-error', `${subject} is not valid JSON${position}`, { cause: thrown })
  }
}
