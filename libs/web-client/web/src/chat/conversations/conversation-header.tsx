import type { ConversationView } from '@mcp/protocol/rest'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'

import { Button, IconButton } from '../../elements/button.tsx'
import { Dialog } from '../../elements/dialog.tsx'
import { TextField } from '../../elements/field.tsx'
import { Problem } from '../../elements/problem.tsx'
import { link } from '../../frame/addresses.ts'
import { useChangeConversation, useRemoveConversation } from '../queries.ts'
import { rest } from '../../data/rest.ts'
import { download } from '../../elements/download.ts'

/** The title of a conversation, with buttons that rename, export and delete it. */
export function ConversationHeader({ conversation }: { readonly conversation: ConversationView }) {
  const [open, setOpen] = useState<'rename' | 'remove' | 'export'>()
  const { title } = conversation
  const close = () => setOpen(undefined)
  return (
    <>
      <h1 className="min-w-0 grow truncate font-semibold">{title}</h1>
      <IconButton icon="edit" label="Rename" onClick={() => setOpen('rename')} />
      <IconButton icon="download" label="Export" onClick={() => setOpen('export')} />
      <IconButton icon="trash" label="Delete" onClick={() => setOpen('remove')} />
      {open === 'rename' && <RenameDialog conversation={conversation} onClose={close} />}
      {open === 'export' && <ExportDialog conversation={conversation} onClose={close} />}
      {open === 'remove' && <RemoveDialog conversation={conversation} onClose={close} />}
    </>
  )
}

interface ConversationDialogProps {
  readonly conversation: ConversationView
  readonly onClose: () => void
}

function RenameDialog({ conversation: { id, title }, onClose }: ConversationDialogProps) {
  const [text, setText] = useState(title)
  const change = useChangeConversation(id)
  return (
    <Dialog onClose={onClose} title="Rename the conversation">
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate({ title: text.trim() }, { onSuccess: onClose })
        }}
      >
        <TextField
          autoFocus
          label="Title"
          maxLength={200}
          onChange={({ target }) => setText(target.value)}
          required
          value={text}
        />
        {change.error !== null && <Problem error={change.error} />}
        <Button disabled={text.trim() === '' || change.isPending} kind="primary" type="submit">
          Rename
        </Button>
      </form>
    </Dialog>
  )
}

function ExportDialog({ conversation: { id, title }, onClose }: ConversationDialogProps) {
  const save = useMutation({
    mutationFn: async (format: 'markdown' | 'json') => {
      const name = title.replaceAll(/[^\p{L}\p{N} _-]/gu, '').trim() || 'conversation'
      if (format === 'markdown') {
        download(`${name}.md`, await rest.conversations.exportMarkdown(id), 'text/markdown')
      } else {
        const document = await rest.conversations.export(id)
        download(`${name}.json`, JSON.stringify(document, null, 2), 'application/json')
      }
    },
    onSuccess: onClose,
  })
  return (
    <Dialog onClose={onClose} title="Export the conversation">
      <p className="mb-3">An export contains neither your decisions nor the session.</p>
      {save.error !== null && <Problem error={save.error} />}
      <div className="flex gap-2">
        <Button disabled={save.isPending} kind="primary" onClick={() => save.mutate('markdown')}>
          Markdown
        </Button>
        <Button disabled={save.isPending} onClick={() => save.mutate('json')}>
          JSON, which can be imported
        </Button>
      </div>
    </Dialog>
  )
}

function RemoveDialog({ conversation: { id, title }, onClose }: ConversationDialogProps) {
  const remove = useRemoveConversation()
  const [, navigate] = useLocation()
  const confirm = () =>
    remove.mutate(id, {
      onSuccess: () => {
        onClose()
        navigate(link('chat'))
      },
    })
  return (
    <Dialog onClose={onClose} title="Delete the conversation">
      <p className="mb-3 wrap-anywhere">
        “{title}” and its results are removed. This cannot be undone.
      </p>
      {remove.error !== null && <Problem error={remove.error} />}
      <div className="flex gap-2">
        <Button disabled={remove.isPending} kind="danger" onClick={confirm}>
          Delete
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </Dialog>
  )
}
