import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'

import { Badge } from '../../elements/badge.tsx'
import { Button } from '../../elements/button.tsx'
import { sizeText } from '../../results/cut-text.ts'
import { changeMarks } from '../changes/change-marks.ts'
import { fileKeys } from '../queries.ts'
import type { Position } from '../selection.ts'
import { DocumentContent } from './document-content.tsx'
import type { Draft } from './drafts.ts'
import { readDraft } from './drafts.ts'
import { EditDocument } from './edit-document.tsx'
import type { FileSource } from './file-source.ts'
import { languageOf } from './language-of.ts'
import type { ReadFile } from './read-document.ts'
import { readDocument } from './read-document.ts'

export interface DocumentViewProps {
  readonly source: FileSource
  readonly position: Position
  /** Returns the address of a position in the file. */
  readonly addressAt: (position: Position) => string
  /** Actions on the file, beside the button to edit it. */
  readonly actions?: ReactNode
  /** Shows that the file cannot be read. */
  readonly renderError: (error: unknown) => ReactNode
}

/** A file or resource: its description, its content, and the editor. */
export function DocumentView(props: DocumentViewProps) {
  const { source, position, actions, renderError } = props
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: fileKeys.part(source.id, 'document', position),
    queryFn: ({ signal }) => readDocument(source, position, signal),
    retry: false,
  })
  const [draft, setDraft] = useState(() => readDraft(source.id))
  const [isSaved, setSaved] = useState(false)
  const changedAt = useSeenChange(source.id)
  if (error !== null && (data === undefined || draft === undefined)) return renderError(error)
  if (data === undefined) return <p className="text-muted">Loading…</p>
  const { info, document } = data
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Facts file={data} />
        {changedAt !== undefined && dataUpdatedAt >= changedAt && (
          <Badge tone="warn">changed at {new Date(changedAt).toLocaleTimeString()}</Badge>
        )}
        <span role="status">
          {isSaved && draft === undefined && <Badge tone="good">saved</Badge>}
        </span>
        <div className="ml-auto flex flex-wrap items-center gap-1">
          {draft === undefined && (
            <EditButton
              file={data}
              onEdit={(next) => {
                setSaved(false)
                setDraft(next)
              }}
            />
          )}
          {actions}
        </div>
      </div>
      {error !== null && renderError(error)}
      {draft === undefined ? (
        <DocumentContent {...props} file={data} />
      ) : (
        <EditDocument
          initial={draft}
          isOutdated={document.piece.etag !== draft.baseEtag}
          language={languageOf(info.mediaType, source.name)}
          onEnd={(isDone) => {
            setSaved(isDone)
            setDraft(undefined)
          }}
          source={source}
        />
      )}
    </div>
  )
}

function Facts({ file: { info } }: { readonly file: ReadFile }) {
  const { mediaType, size, modifiedAt, readOnlyReason, notes } = info
  return (
    <>
      <span className="text-sm text-muted">
        {[
          mediaType,
          ...(size === undefined ? [] : [sizeText(size)]),
          ...(modifiedAt === undefined ? [] : [new Date(modifiedAt).toLocaleString()]),
        ].join(' · ')}
      </span>
      {readOnlyReason !== undefined && <Badge title={readOnlyReason}>read-only</Badge>}
      {notes.map((note) => (
        <span className="text-sm text-muted wrap-anywhere" key={note}>
          {note}
        </span>
      ))}
    </>
  )
}

function EditButton({
  file: { info, document },
  onEdit,
}: {
  readonly file: ReadFile
  readonly onEdit: (draft: Draft) => void
}) {
  if (document.kind !== 'text') return null
  const { text, piece, isWhole } = document
  const reason = isWhole ? info.readOnlyReason : 'Only a file of up to 1 MiB can be edited here.'
  return (
    <Button
      disabled={reason !== undefined}
      icon="edit"
      onClick={() => onEdit({ text, baseText: text, baseEtag: piece.etag })}
      title={reason}
    >
      Edit
    </Button>
  )
}

/** Removes the mark of a selected item, and returns the time of its last change while it is selected. */
function useSeenChange(id: string): number | undefined {
  const [changedAt, setChangedAt] = useState<number>()
  useEffect(() => {
    const see = () => {
      const mark = changeMarks.current().get(id)
      if (mark === undefined) return
      setChangedAt(mark.at)
      changeMarks.clear(id)
    }
    see()
    return changeMarks.subscribe(see)
  }, [id])
  return changedAt
}
