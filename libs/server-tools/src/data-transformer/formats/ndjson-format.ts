import type { DataFormat } from './data-format.ts'
import { itemsOf } from './data-format.ts'
import { readJson, writeJson } from './json-text.ts'

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
      .map((item) => `${writeJson(item)}\n`)
      .join('')
  },
}
