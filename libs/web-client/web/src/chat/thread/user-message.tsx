import type { RunView } from '@mcp/client/runs'
import { useId, useState } from 'react'

import { Badge } from '../../elements/badge.tsx'
import { Button, IconButton } from '../../elements/button.tsx'
import { CopyButton } from '../../elements/copy-button.tsx'
import { CutMessage } from './cut-message.tsx'

/** Length of a message that is shown at first. */
const maxShown = 4_000

export interface UserMessageProps {
  readonly text: string
  readonly attachments?: RunView['attachments']
  /** Replaces the message. Absent if it cannot be edited now. */
  readonly onEdit?: ((text: string) => void) | undefined
}

/** A message of the user, which can be edited. */
export function UserMessage({ text, attachments, onEdit }: UserMessageProps) {
  const [isEditing, setEditing] = useState(false)
  if (isEditing && onEdit !== undefined) {
    const save = (edited: string) => {
      setEditing(false)
      onEdit(edited)
    }
    return <MessageEditor onCancel={() => setEditing(false)} onSave={save} text={text} />
  }
  return (
    <div className="group ml-auto w-fit max-w-[85%]">
      <CutMessage className="rounded-lg bg-accent-soft px-3 py-2" max={maxShown} text={text} />
      <div className="flex flex-wrap items-center justify-end gap-1">
        {attachments?.map(({ kind, name, bytes }) => (
          <Badge key={`${kind} ${name}`} title={`${bytes.toLocaleString('en')} bytes`}>
            {kind}: {name}
          </Badge>
        ))}
        <span className="flex opacity-60 group-hover:opacity-100 focus-within:opacity-100">
          <CopyButton label="Copy the message" text={text} />
          {onEdit !== undefined && (
            <IconButton icon="edit" label="Edit the message" onClick={() => setEditing(true)} />
          )}
        </span>
      </div>
    </div>
  )
}

interface MessageEditorProps {
  readonly text: string
  readonly onSave: (text: string) => void
  readonly onCancel: () => void
}

function MessageEditor({ text, onSave, onCancel }: MessageEditorProps) {
  const [edited, setEdited] = useState(text)
  const hintId = useId()
  return (
    <form
      className="ml-auto max-w-[85%] space-y-2"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel()
      }}
      onSubmit={(event) => {
        event.preventDefault()
        onSave(edited.trim())
      }}
    >
      <textarea
        aria-describedby={hintId}
        aria-label="Edit the message"
        autoFocus
        className="field-sizing-content max-h-80 min-h-16 w-full rounded-md border border-edge bg-surface px-3 py-2"
        onChange={({ target }) => setEdited(target.value)}
        value={edited}
      />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <span className="mr-auto text-sm text-muted" id={hintId}>
          What followed this message is discarded.
        </span>
        <Button onClick={onCancel}>Cancel</Button>
        <Button disabled={edited.trim() === ''} kind="primary" type="submit">
          Send
        </Button>
      </div>
    </form>
  )
}
