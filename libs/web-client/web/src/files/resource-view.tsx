import { useMutation } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link, useLocation } from 'wouter'

import { callOperation } from '../data/call-operation.ts'
import { Button } from '../elements/button.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { Problem } from '../elements/problem.tsx'
import { link } from '../frame/addresses.ts'
import { changeMarks } from './changes/change-marks.ts'
import { DocumentView } from './documents/document-view.tsx'
import { resourceFile } from './documents/resource-file.ts'
import type { Position } from './selection.ts'
import { resourceAddress } from './selection.ts'
import { shownName } from './shown-name.ts'

/** A resource. */
export function ResourceView({
  uri,
  position,
}: {
  readonly uri: string
  readonly position: Position
}) {
  const source = useMemo(() => resourceFile(uri), [uri])
  const [isDeleting, setDeleting] = useState(false)
  return (
    <article className="space-y-3 p-4">
      <h1 className="text-lg font-semibold wrap-anywhere">{shownName(uri)}</h1>
      <DocumentView
        actions={
          <Button icon="trash" kind="quiet" onClick={() => setDeleting(true)}>
            Delete
          </Button>
        }
        addressAt={(next) => resourceAddress(uri, next)}
        key={uri}
        position={position}
        renderError={(error) => (
          <Problem error={error}>
            <Link className="mt-1 block text-accent underline" href={link('files')}>
              All files and resources
            </Link>
          </Problem>
        )}
        source={source}
      />
      {isDeleting && <DeleteResourceDialog onClose={() => setDeleting(false)} uri={uri} />}
    </article>
  )
}

function DeleteResourceDialog({
  uri,
  onClose,
}: {
  readonly uri: string
  readonly onClose: () => void
}) {
  const [, navigate] = useLocation()
  const { id } = resourceFile(uri)
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      changeMarks.expectOwn([{ id, change: 'deleted' }], async () => {
        await callOperation('resources', 'delete', { resource: uri })
        return {}
      }),
    onSuccess() {
      onClose()
      navigate(link('files'))
    },
  })
  return (
    <Dialog onClose={onClose} title="Delete permanently">
      <div className="space-y-3">
        <p className="wrap-anywhere">
          {shownName(uri)} is deleted. Resources have no trash: this cannot be undone.
        </p>
        {error !== null && <Problem error={error} />}
        <div className="flex gap-2">
          <Button disabled={isPending} icon="trash" kind="danger" onClick={() => mutate()}>
            Delete permanently
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </div>
    </Dialog>
  )
}
