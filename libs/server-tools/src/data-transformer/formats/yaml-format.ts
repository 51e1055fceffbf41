import type { DataFormat } from './data-format.ts'

/** YAML 1.2. A text with several documents becomes a list. */
export const yamlFormat: DataFormat = {
  async read(text) {
    const { parseAllDocuments } = await import('yaml')
    const documents = Array.from(
      parseAllDocuments(text, { logLevel: 'error', prettyErrors: true }),
      (document) => {
        const [error] = document.errors
        if (error !== undefined) throw error
        // Without this limit, a caller could use aliases to expand a small text to gigabytes.
        const value: unknown = document.toJS({ maxAliasCount: 100 })
        return value
      },
    )
    return documents.length > 1 ? documents : (documents[0] ?? null)
  },
  async write(value) {
    const { stringify } = await import('yaml')
    return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 })
  },
}
