import { useState } from 'react'
import { Link } from 'wouter'

import { Button, IconButton } from '../../elements/button.tsx'
import { Dialog } from '../../elements/dialog.tsx'
import { Problem } from '../../elements/problem.tsx'
import { briefText } from '../../results/cut-text.ts'
import { callLink } from '../call-address.ts'
import type { SavedEntry } from './saved-entries.ts'
import { useRemoveCall } from './use-saved-calls.ts'

/** The saved calls of the user. */
export function SavedList({ saved }: { readonly saved: readonly SavedEntry[] }) {
  const [removed, setRemoved] = useState<string>()
  return (
    <>
      <ul className="mb-1">
        {saved.map(({ name, description, call, problem }) => (
          <li className="flex items-center gap-1" key={name}>
            {call === undefined ? (
              <span className="min-w-0 grow px-2 py-1 wrap-anywhere">
                {name}
                <span className="block text-xs text-bad">{problem}</span>
              </span>
            ) : (
              <Link
                className="block min-w-0 grow rounded px-2 py-1 hover:bg-sunken"
                {...callLink(call.entry, call.args)}
              >
                {name}
                <span className="block truncate text-xs text-muted">
                  {description === '' ? `${call.entry.name} ${briefText(call.args)}` : description}
                </span>
              </Link>
            )}
            <IconButton icon="trash" label={`Delete ${name}`} onClick={() => setRemoved(name)} />
          </li>
        ))}
      </ul>
      {removed !== undefined && (
        <RemoveDialog name={removed} onClose={() => setRemoved(undefined)} />
      )}
    </>
  )
}

function RemoveDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const remove = useRemoveCall()
  return (
    <Dialog onClose={onClose} title="Delete the saved call">
      <div className="space-y-3">
        <p className="wrap-anywhere">The call “{name}” is deleted, here and for the terminal.</p>
        {remove.error !== null && <Problem error={remove.error} />}
        <div className="flex gap-2">
          <Button
            disabled={remove.isPending}
            kind="danger"
            onClick={() => remove.mutate(name, { onSuccess: onClose })}
          >
            Delete
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </div>
    </Dialog>
  )
}
