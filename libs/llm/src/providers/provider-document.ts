import type { DocumentStore, NamedDocument } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import { openProviderFile } from './provider-file.ts'
import type { ProvidersOptions, StoredProviders } from './providers.ts'
import { storedProvidersSchema } from './stored-providers.ts'

/** Name of the document with the settings of the providers. */
export const providerDocumentName = 'providers'

/**
 * Opens the document with the settings of the providers, which several processes share. The store must seal its
 * documents, because this one contains keys.
 *
 * @throws McpError `invalid-params` if the document is invalid, or the error of the store.
 *
 * @example
 * const sealed = createSealedDocuments(conversations.documents, config.MCP_SECRET)
 * const providers = createProviders(config, await openProviderDocument(sealed))
 */
export async function openProviderDocument(
  documents: DocumentStore,
): Promise<Required<Pick<ProvidersOptions, 'stored' | 'change' | 'reload'>>> {
  const reload = async (): Promise<StoredProviders> =>
    parse(await documents.read(providerDocumentName))
  return {
    stored: await reload(),
    reload,
    async change(edit) {
      let changed: StoredProviders = {}
      await documents.change(providerDocumentName, (current) => (changed = edit(parse(current))))
      return changed
    },
  }
}

/**
 * Reads a file of providers as the document that {@link openProviderDocument} opens. Returns no document if the
 * file is missing or empty. The document contains keys.
 *
 * @throws McpError `invalid-params` if the file is invalid.
 *
 * @example
 * const documents = await readProviderDocuments('.data/providers.json')
 */
export async function readProviderDocuments(file: string): Promise<readonly NamedDocument[]> {
  const { stored = {} } = await openProviderFile(file)
  return Object.keys(stored).length === 0 ? [] : [{ name: providerDocumentName, document: stored }]
}

function parse(document: unknown): StoredProviders {
  const parsed = storedProvidersSchema.safeParse(document ?? {})
  if (parsed.success) return parsed.data
  // The error of the parser would contain a key.
  throw new McpError('invalid-params', `Invalid document "${providerDocumentName}". Delete it.`)
}
