import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link } from 'wouter'

import { callOperation } from '../../data/call-operation.ts'
import { Problem } from '../../elements/problem.tsx'
import { EntryActions } from '../actions/entry-actions.tsx'
import { DocumentView } from '../documents/document-view.tsx'
import { readDraft } from '../documents/drafts.ts'
import { rootFile } from '../documents/root-file.ts'
import { EntryPath } from '../entry-path.tsx'
import { fileKeys, useStat } from '../queries.ts'
import type { Position } from '../selection.ts'
import { entryAddress } from '../selection.ts'
import { folderOf, shownName } from '../shown-name.ts'
import type { Root } from '../tree/tree-item.ts'
import { entryId } from '../tree/tree-item.ts'
import { FolderView } from './folder-view.tsx'

export interface EntryViewProps {
  readonly root: Root
  readonly path: string
  readonly position: Position
}

/** A file or folder of a root. */
export function EntryView({ root, path, position }: EntryViewProps) {
  const id = entryId(root.name, path)
  const { data: stat, error } = useStat(id, { root: root.name, path })
  // An edit continues if the file is deleted meanwhile, because the user can save the file again.
  const isShown = stat !== undefined && (error === null || readDraft(id) !== undefined)
  const source = useMemo(() => rootFile(root, path), [root, path])
  const renderError = (thrown: unknown) => (
    <EntryProblem error={thrown} path={path} root={root.name} />
  )
  return (
    <article className="space-y-3 p-4">
      <EntryPath path={path} root={root.name} />
      {error !== null && !isShown && renderError(error)}
      {stat === undefined && error === null && <p className="text-muted">Loading…</p>}
      {isShown && stat.type === 'directory' && <FolderView path={path} root={root} />}
      {isShown && stat.type === 'file' && (
        <DocumentView
          actions={<EntryActions isFolder={false} path={path} root={root} />}
          addressAt={(next) => entryAddress(root.name, path, next)}
          key={id}
          position={position}
          renderError={renderError}
          source={source}
        />
      )}
    </article>
  )
}

/** The server's reason why a path cannot be used, and a link to its folder. */
function EntryProblem({
  error,
  root,
  path,
}: {
  readonly error: unknown
  readonly root: string
  readonly path: string
}) {
  const { data } = useQuery({
    queryKey: fileKeys.part(entryId(root, path), 'explanation'),
    queryFn: ({ signal }) => callOperation('roots', 'resolvePath', { root, path }, { signal }),
    retry: false,
  })
  return (
    <Problem error={error}>
      <div className="mt-1 space-y-1 text-text">
        {data !== undefined && (
          <p className="wrap-anywhere">
            {data.explanation} {data.reason !== undefined && <code>{data.reason}</code>}
          </p>
        )}
        <p>
          {path !== '' && (
            <Link className="text-accent underline" href={entryAddress(root, folderOf(path))}>
              Open {folderOf(path) === '' ? `the root ${root}` : shownName(folderOf(path))}
            </Link>
          )}
        </p>
      </div>
    </Problem>
  )
}
