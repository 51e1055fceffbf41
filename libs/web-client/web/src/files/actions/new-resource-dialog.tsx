import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'

import { callOperation } from '../../data/call-operation.ts'
import { Button } from '../../elements/button.tsx'
import { Dialog } from '../../elements/dialog.tsx'
import { Field, TextField } from '../../elements/field.tsx'
import { Problem } from '../../elements/problem.tsx'
import { changeMarks } from '../changes/change-marks.ts'
import { resourceAddress } from '../selection.ts'
import { resourceId } from '../tree/tree-item.ts'

export interface NewResourceDialogProps {
  readonly onClose: () => void
}

/** Creates a resource, and opens it. */
export function NewResourceDialog({ onClose }: NewResourceDialogProps) {
  const [uri, setUri] = useState('memory:///')
  const [content, setContent] = useState('')
  const [, navigate] = useLocation()
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      changeMarks.expectOwn([{ id: resourceId(uri), change: 'created' }], () =>
        callOperation('resources', 'create', { resource: uri, content }),
      ),
    onSuccess(created) {
      onClose()
      navigate(resourceAddress(created.uri))
    },
  })
  return (
    <Dialog onClose={onClose} title="New resource">
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          mutate()
        }}
      >
        <TextField
          hint="For example memory:///ideas.md, which lasts as long as the server, or file:///drafts/plan.md, which is a file."
          label="URI"
          onChange={({ target }) => setUri(target.value)}
          pattern="[A-Za-z][A-Za-z0-9+.\-]*:.+"
          required
          spellCheck={false}
          title="A scheme, a colon and a path, such as memory:///ideas.md"
          value={uri}
        />
        <Field label="Content">
          {(attributes) => (
            <textarea
              {...attributes}
              className={`${attributes.className} field-sizing-content max-h-80 min-h-24 font-mono text-sm`}
              onChange={({ target }) => setContent(target.value)}
              value={content}
            />
          )}
        </Field>
        {error !== null && <Problem error={error} />}
        <Button disabled={isPending} kind="primary" type="submit">
          {isPending ? 'Creating…' : 'Create'}
        </Button>
      </form>
    </Dialog>
  )
}
