import { keepsDigits } from '@mcp/protocol'

import type { DataFormat } from './data-format.ts'

/** YAML 1.2, with the merge keys of YAML 1.1. A text with several documents becomes a list. */
export const yamlFormat: DataFormat = {
  async read(text) {
    const yaml = await import('yaml')
    const options = {
      logLevel: 'error',
      prettyErrors: true,
      merge: true,
      intAsBigInt: true,
    } as const
    const documents = Array.from(yaml.parseAllDocuments(text, options), (document) => {
      const [error] = document.errors
      if (error !== undefined) throw error
      yaml.visit(document, {
        Scalar(_key, node) {
          const { value, source } = node
          if (typeof value !== 'number' || source === undefined) return
          const isNamed = /inf|nan/i.test(source)
          if (!isNamed && !keepsDigits(source, value)) node.value = source
        },
      })
      // Without this limit, a caller could use aliases to expand a small text to gigabytes.
      const value: unknown = document.toJS({ maxAliasCount: 100 })
      return value
    })
    return documents.length > 1 ? documents : (documents[0] ?? null)
  },
  async write(value) {
    const yaml = await import('yaml')
    // Readers of YAML 1.1 take words such as `no`, and texts such as `12:30`, for other types.
    // `compat` puts quotes around them.
    const options = { aliasDuplicateObjects: false, compat: 'yaml-1.1' } as const
    const document = new yaml.Document(value, options)
    yaml.visit(document, {
      Scalar(_key, node) {
        if (typeof node.value === 'string' && needsQuotes.test(node.value))
          node.type = 'QUOTE_DOUBLE'
      },
    })
    return document
      .toString({ lineWidth: 0 })
      .replaceAll(needsEscape, (character) => `\\u${hex(character.charCodeAt(0))}`)
  },
}

// Characters that are line breaks in YAML 1.1, that are not printable, or that readers remove.
const needsEscape = /[\x7F-\x9F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g
// In YAML 1.1, the texts `=` and `<<` have types of their own. Whitespace at the start of a block
// would be lost.
const needsQuotes = /^(?:=|<<)$|^\s[^]*\n|^\s+$|[\x7F-\x9F\u2028\u2029\uFEFF\uFFFE\uFFFF\p{Cs}]/u

const hex = (code: number): string => code.toString(16).padStart(4, '0')
