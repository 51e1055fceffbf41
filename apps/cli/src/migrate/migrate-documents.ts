import type { DocumentStore, MovedDocuments, MoveDocumentsOptions } from '@mcp/files'
import { createSealedDocuments, moveDocuments } from '@mcp/files'
import type { FolderDocuments } from '@mcp/hub/app'
import { McpError } from '@mcp/protocol'

/** Names that are not copied, with the reasons. */
export type Omitted = readonly { readonly name: string; readonly reason: string }[]

export interface PrepareDocumentsOptions {
  readonly source: FolderDocuments
  /** The documents of Redis. */
  readonly target: DocumentStore
  /** Value of MCP_SECRET. */
  readonly secret: string | undefined
}

/** The documents of a folder that can be copied. */
export interface PreparedDocuments {
  move(
    options: Pick<MoveDocumentsOptions, 'replace' | 'dryRun' | 'signal'>,
  ): Promise<MovedDocuments>
  readonly omitted: Omitted
}

/**
 * Verifies that the documents of a folder can be copied. Documents with secrets need `secret`, which seals
 * them. Without it, they are omitted.
 *
 * @throws McpError `conflict` if another secret has sealed the documents of the target.
 */
export async function prepareDocuments(
  options: PrepareDocumentsOptions,
): Promise<PreparedDocuments> {
  const { source, target, secret } = options
  const secrets = source.documents.filter(({ isSecret }) => isSecret)
  const others = source.documents.filter(({ isSecret }) => !isSecret)
  const omitted = source.omitted.map(({ path, reason }) => ({ name: path, reason }))
  if (secret === undefined) {
    const reason =
      'it contains keys, which only MCP_SECRET seals. Set it to that of the session managers, and repeat the command'
    for (const name of new Set(secrets.map(({ path }) => path))) omitted.push({ name, reason })
    return { move: (how) => moveDocuments({ documents: others, target, ...how }), omitted }
  }
  const sealed = createSealedDocuments(target, secret)
  if (secrets.length > 0) {
    await assertSecret(sealed, [...source.sealedNames, ...secrets.map(({ name }) => name)])
  }
  return {
    async move(how) {
      const moved = await moveDocuments({ documents: others, target, ...how })
      const movedSecrets = await moveDocuments({ documents: secrets, target: sealed, ...how })
      return {
        documents: moved.documents + movedSecrets.documents,
        changed: [...moved.changed, ...movedSecrets.changed],
      }
    },
    omitted,
  }
}

async function assertSecret(sealed: DocumentStore, names: readonly string[]): Promise<void> {
  try {
    for (const name of new Set(names)) await sealed.read(name)
  } catch (thrown) {
    if (!McpError.is(thrown) || thrown.details?.['reason'] !== 'sealed') throw thrown
    throw new McpError(
      'conflict',
      `Another MCP_SECRET has sealed the document "${String(thrown.details['name'])}" in Redis. Set MCP_SECRET to that of the session managers, or delete the document, and repeat the command.`,
      { details: thrown.details },
    )
  }
}
