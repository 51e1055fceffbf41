import type { DataFormat } from './data-format.ts'
import { readXml } from './xml-reader.ts'
import { writeXml } from './xml-writer.ts'

/**
 * XML. Attributes become keys that start with `@`. Text beside elements has the key `#text`; if child
 * elements separate it into several texts, the value is a list.
 */
export const xmlFormat: DataFormat = {
  read: (text, { typed }) => readXml(text, typed),
  write: async (value, { root }) => writeXml(value, root),
}
