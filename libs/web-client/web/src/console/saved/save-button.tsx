import { useState } from 'react'

import { Button } from '../../elements/button.tsx'
import { Dialog } from '../../elements/dialog.tsx'
import { TextField } from '../../elements/field.tsx'
import { Problem } from '../../elements/problem.tsx'
import type { CatalogueEntry } from '../catalogue.ts'
import type { Arguments } from '../operation-call.ts'
import { requestOf } from '../operation-call.ts'
import { useSaveCall, useSavedCalls } from './use-saved-calls.ts'

export interface SaveButtonProps {
  readonly entry: CatalogueEntry
  readonly args: Arguments
}

/** A button that saves a call under a name. */
export function SaveButton(props: SaveButtonProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button icon="star" kind="quiet" onClick={() => setOpen(true)}>
        Save…
      </Button>
      {isOpen && <SaveDialog {...props} onClose={() => setOpen(false)} />}
    </>
  )
}

function SaveDialog({ entry, args, onClose }: SaveButtonProps & { readonly onClose: () => void }) {
  const { data: saved } = useSavedCalls()
  const [name, setName] = useState(() => nameOf(entry.path))
  const [description, setDescription] = useState('')
  const save = useSaveCall()
  const isUsed = saved?.calls.some((call) => call.name === name) ?? false
  return (
    <Dialog onClose={onClose} title="Save the call">
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          const call = { name, ...requestOf(entry.operation, args) }
          save.mutate(description === '' ? call : { ...call, description }, { onSuccess: onClose })
        }}
      >
        <TextField
          autoComplete="off"
          hint="Lower-case letters, digits, “-” and “_”. The terminal runs it as: mcp run name."
          label="Name"
          maxLength={64}
          onChange={({ target }) => setName(target.value)}
          pattern="[a-z0-9]([a-z0-9_\-]*[a-z0-9])?"
          required
          value={name}
        />
        <TextField
          autoComplete="off"
          label="Description"
          maxLength={1000}
          onChange={({ target }) => setDescription(target.value)}
          value={description}
        />
        {isUsed && <p className="text-warn">This replaces the saved call “{name}”.</p>}
        {save.error !== null && <Problem error={save.error} />}
        <Button disabled={save.isPending} kind="primary" type="submit">
          {isUsed ? 'Replace' : 'Save'}
        </Button>
      </form>
    </Dialog>
  )
}

/** Returns a name for a call: `calculator-add` for `calculator.add`. */
function nameOf(path: string): string {
  return path
    .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
}
