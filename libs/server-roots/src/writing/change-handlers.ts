import { parsePath, splitPath } from '@mcp/files'

import { appendFile, editFile, writeFile } from './change-file.ts'
import { deleteEntry } from './delete-entry.ts'
import { withDirectories } from '../directories/make-directories.ts'
import type { Root } from '../roots/root.ts'
import { requirePermission } from '../roots/root.ts'
import type { RootsContext, RootsHandlers, RootsParts } from '../roots-parts.ts'
import { decodeContent, requireWellFormed } from '../reading/text-content.ts'
import type { Transfer } from './transfer-entry.ts'
import { copyEntry, moveEntry } from './transfer-entry.ts'
import type { RootEntry } from '../paths/root-entry.ts'
import { withEntry } from '../paths/root-entry.ts'

type ChangeHandlers = Pick<
  RootsHandlers,
  'writeFile' | 'appendFile' | 'editFile' | 'move' | 'copy' | 'delete'
>

interface FileLocation {
  readonly root: string
  readonly path: string
  readonly createParents?: boolean
}

interface TransferParams extends FileLocation {
  readonly to: string
  readonly toRoot?: string | undefined
  readonly overwrite: boolean
}

/** Creates the handlers that change files. */
export function createChangeHandlers(parts: RootsParts): ChangeHandlers {
  const { sessionRoots } = parts

  async function withWritableEntry<T>(
    { root: name, path, createParents = false }: FileLocation,
    context: RootsContext,
    change: (entry: RootEntry) => Promise<T>,
  ): Promise<T> {
    const root = sessionRoots.find(context, name)
    requirePermission(root, 'write')
    const parsed = parsePath(path, 'path')
    const run = () => withEntry(root, parsed, {}, change)
    const { signal } = context
    return createParents ? withDirectories(root, splitPath(parsed).folder, { signal }, run) : run()
  }

  /** Resolves the source and the destination of a move or copy, then calls `run`. */
  async function withTransfer<T>(
    params: TransferParams,
    from: Root,
    context: RootsContext,
    run: (transfer: Transfer) => Promise<T>,
  ): Promise<T> {
    const { path, to, toRoot, overwrite, createParents } = params
    const target = toRoot === undefined ? from : sessionRoots.find(context, toRoot)
    requirePermission(target, 'write')
    const source = parsePath(path, 'path')
    const destination = parsePath(to, 'to')
    const { signal } = context
    // Links are not followed, so that a link is moved instead of its target.
    return withEntry(from, source, { follow: false }, async (fromEntry) => {
      const type = fromEntry.stats?.isDirectory() === true ? 'directory' : 'file'
      const transfer = () =>
        withEntry(target, destination, { follow: false, param: 'to', type }, (toEntry) =>
          run({ from: fromEntry, to: toEntry, overwrite, signal }),
        )
      if (createParents !== true) return transfer()
      const { folder } = splitPath(destination)
      return withDirectories(target, folder, { signal, param: 'to' }, transfer)
    })
  }

  return {
    writeFile({ content, encoding, ifMatch, overwrite, ...location }, context) {
      const bytes = decodeContent(content, encoding)
      const { signal } = context
      return withWritableEntry(location, context, (entry) =>
        writeFile(entry, bytes, { ifMatch, overwrite, signal }, parts),
      )
    },
    appendFile({ content, encoding, ifMatch, ...location }, context) {
      const bytes = decodeContent(content, encoding)
      const { signal } = context
      return withWritableEntry(location, context, (entry) =>
        appendFile(entry, bytes, { ifMatch, signal }, parts),
      )
    },
    editFile({ edits, dryRun, ifMatch, ...location }, context) {
      requirePermission(sessionRoots.find(context, location.root), 'read')
      for (const [index, { newText }] of edits.entries()) {
        requireWellFormed(newText, ['edits', index, 'newText'])
      }
      // The diff contains lines of the file, which may come from any source.
      context.markUntrusted()
      const { signal, callerKey } = context
      return withWritableEntry(location, context, (entry) =>
        editFile(entry, { edits, dryRun, ifMatch, signal, callerKey }, parts),
      )
    },
    async move(params, context) {
      const from = sessionRoots.find(context, params.root)
      // A move requires permission to delete, because it deletes the source.
      requirePermission(from, 'read', 'delete')
      await withTransfer(params, from, context, (transfer) => moveEntry(transfer, parts))
      return { root: params.toRoot ?? from.name, path: parsePath(params.to, 'to') }
    },
    async copy(params, context) {
      const from = sessionRoots.find(context, params.root)
      requirePermission(from, 'read')
      const copied = await withTransfer(params, from, context, (transfer) =>
        copyEntry(transfer, parts),
      )
      return { root: params.toRoot ?? from.name, path: parsePath(params.to, 'to'), ...copied }
    },
    delete({ root: name, path, ...options }, context) {
      const root = sessionRoots.find(context, name)
      requirePermission(root, 'delete')
      const { signal } = context
      return withEntry(root, parsePath(path, 'path'), { follow: false }, (entry) =>
        deleteEntry(entry, { ...options, signal }, parts),
      )
    },
  }
}
