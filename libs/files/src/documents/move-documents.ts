import { isDeepStrictEqual } from 'node:util'

import { McpError } from '@mcp/protocol'

import type { DocumentStore } from './document-store.ts'

export interface NamedDocument {
  readonly name: string
  /** A JSON value. */
  readonly document: unknown
}

export interface MoveDocumentsOptions {
  readonly documents: readonly NamedDocument[]
  readonly target: DocumentStore
  /** Whether to overwrite documents that the target has in another state. Default: false. */
  readonly replace?: boolean | undefined
  /** Whether to change nothing. Default: false. */
  readonly dryRun?: boolean | undefined
  readonly signal: AbortSignal
}

/** The result of {@link moveDocuments}. */
export interface MovedDocuments {
  /** Number of the given documents that the target has now, or would have without `dryRun`. */
  readonly documents: number
  /** Names of the documents that were not copied, because the target has them in another state. */
  readonly changed: readonly string[]
}

/**
 * Copies documents to a store, and reads each copied one again. A document that the store has in the same state
 * is not written again, so an interrupted call can be repeated.
 *
 * @throws McpError `internal` if the target returns another document, or the error of the target.
 *
 * @example
 * await moveDocuments({ documents: [{ name: 'a', document: {} }], target, signal })
 */
export async function moveDocuments(options: MoveDocumentsOptions): Promise<MovedDocuments> {
  const { target, replace = false, dryRun = false, signal } = options
  const changed: string[] = []
  for (const { name, document } of options.documents) {
    signal.throwIfAborted()
    // The document in the form in which the target returns it. JSON has no undefined.
    const expected: unknown = JSON.parse(JSON.stringify(document))
    const found = await target.read(name)
    if (isDeepStrictEqual(found, expected)) continue
    if (found !== undefined && !replace) {
      changed.push(name)
      continue
    }
    if (dryRun) continue
    await target.change(name, (current) => (isDeepStrictEqual(current, found) ? expected : current))
    if (isDeepStrictEqual(await target.read(name), expected)) continue
    throw new McpError('internal', `The target differs from the source in the document "${name}".`)
  }
  return { documents: options.documents.length - changed.length, changed }
}
