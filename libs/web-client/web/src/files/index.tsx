import { useState } from 'react'
import { Link, useParams, useSearch } from 'wouter'

import { Button } from '../elements/button.tsx'
import { Problem } from '../elements/problem.tsx'
import { link } from '../frame/addresses.ts'
import { NewResourceDialog } from './actions/new-resource-dialog.tsx'
import { useFollowChanges } from './changes/follow-changes.ts'
import { EntryView } from './folders/entry-view.tsx'
import { useRoots } from './queries.ts'
import { ResourceView } from './resource-view.tsx'
import { SearchPanel } from './search/search-panel.tsx'
import type { Selection } from './selection.ts'
import { entryAddress, readSelection } from './selection.ts'
import { TemplateView } from './templates/template-view.tsx'
import { FilesTree } from './tree/files-tree.tsx'
import type { Root } from './tree/tree-item.ts'

/** The files: roots and resources, to read, search and change. */
export default function FilesPage() {
  useFollowChanges()
  const { data: roots, error } = useRoots()
  const [isCreating, setCreating] = useState(false)
  const params = useParams<{ readonly '*'?: string }>()
  // The hook is used only because it renders the page again when the query changes. Its value is already
  // decoded, and a second decoding would change escaped characters.
  useSearch()
  const selection = readSelection(params['*'] ?? '', location.search)
  if (roots === undefined) {
    return (
      <div className="p-4">
        {error === null ? <p className="text-muted">Loading…</p> : <Problem error={error} />}
      </div>
    )
  }
  const isNothing = selection.kind === 'nothing'
  return (
    <div className="flex h-full min-h-0">
      <nav
        aria-label="Files"
        className={`flex w-full shrink-0 flex-col border-r border-line md:w-80 ${isNothing ? '' : 'max-md:hidden'}`}
      >
        {isNothing && <h1 className="sr-only md:hidden">Files</h1>}
        <div className="min-h-0 grow">
          <SearchPanel roots={roots.map(({ name }) => name)}>
            <FilesTree roots={roots} selection={selection} />
          </SearchPanel>
        </div>
        <div className="border-t border-line p-1">
          <Button icon="plus" kind="quiet" onClick={() => setCreating(true)}>
            New resource
          </Button>
        </div>
      </nav>
      {isCreating && <NewResourceDialog onClose={() => setCreating(false)} />}
      <div className={`min-w-0 grow overflow-y-auto ${isNothing ? 'max-md:hidden' : ''}`}>
        {!isNothing && (
          <Link className="block px-4 pt-3 text-accent underline md:hidden" href={link('files')}>
            All files
          </Link>
        )}
        <Selected roots={roots} selection={selection} />
      </div>
    </div>
  )
}

function Selected({
  selection,
  roots,
}: {
  readonly selection: Selection
  readonly roots: readonly Root[]
}) {
  switch (selection.kind) {
    case 'nothing':
      return <Start />
    case 'unknown':
      return <Start problem="This address names no file, resource or template." />
    case 'resource':
      return <ResourceView key={selection.uri} position={selection.position} uri={selection.uri} />
    case 'template':
      return <TemplateView template={selection.template} />
    case 'entry': {
      const { path, position } = selection
      const root = roots.find(({ name }) => name === selection.root)
      return root === undefined ? (
        <Start
          problem={`This session has no root named “${selection.root}”.`}
          roots={roots.map(({ name }) => name)}
        />
      ) : (
        <EntryView path={path} position={position} root={root} />
      )
    }
  }
}

const none: readonly string[] = []

/** The start of the view, or the reason why an address selects nothing, and where to go. */
function Start({
  problem,
  roots = none,
}: {
  readonly problem?: string
  readonly roots?: readonly string[]
}) {
  return (
    <div className="max-w-prose space-y-2 p-4">
      <h1 className="text-xl font-semibold">Files</h1>
      {problem !== undefined && <p className="text-bad wrap-anywhere">{problem}</p>}
      {roots.length > 0 && (
        <p>
          Open one of these:{' '}
          {roots.map((name) => (
            <Link className="mr-2 text-accent underline" href={entryAddress(name, '')} key={name}>
              {name}
            </Link>
          ))}
        </p>
      )}
      <p>
        Choose a file of a root or a resource in the tree, or search by names and by text. A mark
        shows what has changed since you opened this page.
      </p>
    </div>
  )
}
