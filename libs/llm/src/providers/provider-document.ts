import type { DocumentStore } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { ProvidersOptions, StoredProviders } from './providers.ts'
import { storedProvidersSchema } from './stored-providers.ts'

const name = 'providers'

/**
 * Opens the document with the settings of the providers, which several processes share. It contains keys, so
 * the documents have to be sealed.
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
  const reload = async (): Promise<StoredProviders> => parse(await documents.read(name))
  return {
    stored: await reload(),
    reload,
    async change(edit) {
      let changed: StoredProviders = {}
      await documents.change(name, (current) => (changed = edit(parse(current))))
      return changed
    },
  }
}

function parse(document: unknown): StoredProviders {
  const parsed = storedProvidersSchema.safeParse(document ?? {})
  if (parsed.success) return parsed.data
  // The error of the parser would contain a key.
  throw new McpError('invalid-params', `Invalid document "${name}". Delete it.`)
}
