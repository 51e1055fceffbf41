import { McpError } from '@mcp/protocol/light'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'

import { callOperation } from '../../data/call-operation.ts'
import { Button } from '../../elements/button.tsx'
import { Dialog } from '../../elements/dialog.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { Problem } from '../../elements/problem.tsx'
import { changeMarks } from '../changes/change-marks.ts'
import { entryChanges } from '../changes/entry-changes.ts'
import { originalPath } from '../folders/trash.ts'
import { useRoots } from '../queries.ts'
import { entryAddress } from '../selection.ts'
import { shownName } from '../shown-name.ts'

export interface MoveDialogProps {
  readonly root: string
  readonly path: string
  /** Whether the entry is moved from the trash to its original path. */
  readonly isRestoring: boolean
  readonly onClose: () => void
}

/** Renames or moves an entry, or restores it from the trash. */
export function MoveDialog({ root, path, isRestoring, onClose }: MoveDialogProps) {
  const [, navigate] = useLocation()
  const [to, setTo] = useState((isRestoring ? originalPath(path) : undefined) ?? path)
  const [toRoot, setToRoot] = useState(root)
  const { data: roots = [] } = useRoots()
  const { mutate, error, isPending } = useMutation({
    mutationFn: (overwrite: boolean) => {
      const changes = [
        ...entryChanges('deleted', root, path),
        ...entryChanges('created', toRoot, to),
      ]
      return changeMarks.expectOwn(changes, async () => {
        const params = { root, path, to, toRoot, overwrite, createParents: true }
        await callOperation('roots', 'move', params)
        return {}
      })
    },
    onSuccess() {
      onClose()
      navigate(entryAddress(toRoot, to))
    },
  })
  const isTaken = error !== null && McpError.from(error).details?.['reason'] === 'exists'
  return (
    <Dialog onClose={onClose} title={isRestoring ? 'Restore' : 'Rename or move'}>
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          mutate(false)
        }}
      >
        <p className="text-sm text-muted wrap-anywhere">{shownName(path)}</p>
        {/* The first field has the focus. */}
        <TextField
          hint="Missing folders are created."
          label="New path"
          onChange={({ target }) => setTo(target.value)}
          required
          spellCheck={false}
          value={to}
        />
        {roots.length > 1 && (
          <SelectField
            label="Root"
            onChange={({ target }) => setToRoot(target.value)}
            value={toRoot}
          >
            {roots.map(({ name, permissions }) => (
              <option disabled={!permissions.includes('write')} key={name} value={name}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        {error !== null && (
          <Problem error={error}>
            {isTaken && (
              <Button className="mt-1" kind="danger" onClick={() => mutate(true)}>
                Replace it
              </Button>
            )}
          </Problem>
        )}
        <Button
          disabled={isPending || (to === path && toRoot === root)}
          kind="primary"
          type="submit"
        >
          {isRestoring ? 'Restore' : 'Move'}
        </Button>
      </form>
    </Dialog>
  )
}
