import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from 'wouter'

import { callOperation } from '../../data/call-operation.ts'
import { Button } from '../../elements/button.tsx'
import { Icon } from '../../elements/icon.tsx'
import { Problem } from '../../elements/problem.tsx'
import { sizeText } from '../../results/cut-text.ts'
import { EntryActions } from '../actions/entry-actions.tsx'
import { fileKeys } from '../queries.ts'
import { entryAddress } from '../selection.ts'
import { lastName, shownName } from '../shown-name.ts'
import { foldersFirst } from '../tree/load-children.ts'
import type { Entry, Root } from '../tree/tree-item.ts'
import { entryId } from '../tree/tree-item.ts'
import { RootDetails } from './root-details.tsx'
import { isInTrash, originalPath, trashFolder } from './trash.ts'

const pageSize = 200

/** The entries of a folder, and the actions on it. */
export function FolderView({ root, path }: { readonly root: Root; readonly path: string }) {
  const { name } = root
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: fileKeys.part(entryId(name, path), 'entries'),
    initialPageParam: '',
    queryFn: ({ pageParam: cursor, signal }) => {
      const params = { root: name, path, limit: pageSize, ...(cursor === '' ? {} : { cursor }) }
      return callOperation('roots', 'listDirectory', params, { signal })
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
  const entries = data?.pages.flatMap(({ items }) => items).toSorted(foldersFirst)
  const isTrash = isInTrash(path)
  return (
    <div className="space-y-4">
      <EntryActions isFolder path={path} root={root} />
      {path === '' && <RootDetails root={root} />}
      {error !== null && <Problem error={error} />}
      {entries?.length === 0 && (
        <p className="text-muted">{isTrash ? 'The trash is empty.' : 'The folder is empty.'}</p>
      )}
      {entries !== undefined && entries.length > 0 && (
        <EntryTable entries={entries} path={path} root={root} />
      )}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
      {path === '' && root.permissions.includes('delete') && (
        <p>
          <Link className="text-accent underline" href={entryAddress(name, trashFolder)}>
            Open the trash of {name}
          </Link>
        </p>
      )}
    </div>
  )
}

function EntryTable({
  entries,
  root,
  path,
}: {
  readonly entries: readonly Entry[]
  readonly root: Root
  readonly path: string
}) {
  return (
    <table className="w-full max-w-3xl text-left">
      <caption className="sr-only">Entries of {path === '' ? root.name : shownName(path)}</caption>
      <thead className="text-sm text-muted">
        <tr className="border-b border-line">
          <th className="py-1 pr-3 font-medium">Name</th>
          <th className="py-1 pr-3 text-right font-medium">Size</th>
          <th className="py-1 font-medium max-sm:hidden">Changed</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr className="border-b border-line" key={entry.path}>
            <td className="py-1 pr-3 wrap-anywhere">
              <Link
                className="inline-flex items-center gap-1.5 text-accent hover:underline"
                href={entryAddress(root.name, entry.path)}
              >
                <Icon name={entry.type === 'directory' ? 'files' : 'file'} size={15} />
                {shownName(lastName(entry.path))}
              </Link>
              <EntryNote entry={entry} />
            </td>
            <td className="py-1 pr-3 text-right whitespace-nowrap text-muted">
              {entry.size === undefined ? '' : sizeText(entry.size)}
            </td>
            <td className="py-1 whitespace-nowrap text-muted max-sm:hidden">
              {entry.modifiedAt === undefined ? '' : new Date(entry.modifiedAt).toLocaleString()}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function EntryNote({ entry: { type, nameCollision, path } }: { readonly entry: Entry }) {
  const original = originalPath(path)
  const notes = [
    ...(type === 'link' ? ['a link'] : []),
    ...(type === 'other' ? ['not a file'] : []),
    ...(nameCollision === true ? ['another entry has the same name in another form'] : []),
    ...(original === undefined ? [] : [`from ${shownName(original)}`]),
  ]
  return notes.length === 0 ? null : (
    <span className="ml-2 text-sm text-muted">{notes.join(', ')}</span>
  )
}
