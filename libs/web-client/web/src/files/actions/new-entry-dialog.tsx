import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'

import { callOperation } from '../../data/call-operation.ts'
import { Button } from '../../elements/button.tsx'
import { Dialog } from '../../elements/dialog.tsx'
import { TextField } from '../../elements/field.tsx'
import { Problem } from '../../elements/problem.tsx'
import { changeMarks } from '../changes/change-marks.ts'
import { entryChanges } from '../changes/entry-changes.ts'
import { entryAddress } from '../selection.ts'
import { joinPath, shownName } from '../shown-name.ts'

export interface NewEntryDialogProps {
  readonly root: string
  /** The folder in which the entry is created. */
  readonly folder: string
  readonly kind: 'file' | 'folder'
  readonly onClose: () => void
}

/** Creates a file or a folder, and opens it. */
export function NewEntryDialog({ root, folder, kind, onClose }: NewEntryDialogProps) {
  const [name, setName] = useState('')
  const [, navigate] = useLocation()
  const path = joinPath(folder, name)
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      changeMarks.expectOwn(entryChanges('created', root, path), async () => {
        if (kind === 'file') {
          const file = { root, path, content: '', overwrite: false, createParents: true }
          return callOperation('roots', 'writeFile', file)
        }
        await callOperation('roots', 'createDirectory', { root, path })
        return {}
      }),
    onSuccess() {
      onClose()
      navigate(entryAddress(root, path))
    },
  })
  return (
    <Dialog onClose={onClose} title={kind === 'file' ? 'New file' : 'New folder'}>
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          mutate()
        }}
      >
        <TextField
          hint={`In ${folder === '' ? `the root ${root}` : shownName(folder)}. A name with slashes also creates its folders.`}
          label="Name"
          onChange={({ target }) => setName(target.value)}
          required
          spellCheck={false}
          value={name}
        />
        {error !== null && <Problem error={error} />}
        <Button disabled={isPending} kind="primary" type="submit">
          {isPending ? 'Creating…' : 'Create'}
        </Button>
      </form>
    </Dialog>
  )
}
