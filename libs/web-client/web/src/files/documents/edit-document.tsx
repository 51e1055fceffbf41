import type { ReactNode } from 'react'

import { CodeEditor } from '../../editor/code-editor.tsx'
import { DiffEditor } from '../../editor/diff-editor.tsx'
import type { CodeLanguage } from '../../editor/languages.ts'
import { Button } from '../../elements/button.tsx'
import { Problem } from '../../elements/problem.tsx'
import { shownName } from '../shown-name.ts'
import type { EditOptions, OtherVersion } from './edit-state.ts'
import { useEdit } from './edit-state.ts'
import { hasMixedLineEnds } from './line-ends.ts'

export interface EditDocumentProps extends EditOptions {
  readonly language: CodeLanguage
  /** Whether the file has changed since the edit began. */
  readonly isOutdated: boolean
}

const editorClass = 'max-h-[65dvh] min-h-40'

/** An editor for a file. Its changes are shown before they are saved. */
export function EditDocument({ language, isOutdated, ...options }: EditDocumentProps) {
  const edit = useEdit(options)
  const { draft, state, isChanged } = edit
  const name = shownName(options.source.name)
  if (state.phase === 'conflict') {
    return <Conflict edit={edit} language={language} name={name} other={state.other} />
  }
  const isReviewing = state.phase !== 'writing'
  return (
    <section aria-label={`Edit ${name}`} className="space-y-2">
      {isOutdated && (
        <p className="rounded-md bg-warn-soft p-2 text-warn" role="status">
          The file has changed since you began. Before your version is saved, you see both.
        </p>
      )}
      {hasMixedLineEnds(draft.baseText) && (
        <p className="text-sm text-muted">
          The lines of this file end differently. A saved change ends all of them with a line feed.
        </p>
      )}
      {state.phase === 'failed' && <Problem error={state.error} />}
      {isReviewing ? (
        <DiffEditor
          after={draft.text}
          afterLabel="Your version"
          before={draft.baseText}
          beforeLabel="Saved version"
          className={editorClass}
          language={language}
        />
      ) : (
        <CodeEditor
          className={editorClass}
          label={`Text of ${name}`}
          language={language}
          onChange={edit.write}
          onSubmit={() => {
            if (isChanged) edit.review()
          }}
          value={draft.text}
        />
      )}
      <Actions>
        {isReviewing ? (
          <>
            <Button
              autoFocus
              disabled={state.phase === 'saving'}
              icon="check"
              kind="primary"
              onClick={() => void edit.save()}
            >
              {state.phase === 'saving' ? 'Saving…' : 'Save'}
            </Button>
            <Button disabled={state.phase === 'saving'} onClick={edit.back}>
              Continue editing
            </Button>
          </>
        ) : (
          <Button disabled={!isChanged} kind="primary" onClick={edit.review}>
            Review the changes
          </Button>
        )}
        <Button disabled={state.phase === 'saving'} kind="quiet" onClick={edit.discard}>
          {isChanged ? 'Discard the changes' : 'Close the editor'}
        </Button>
      </Actions>
    </section>
  )
}

/** Both versions of a file that another client has saved meanwhile. */
function Conflict({
  edit,
  other,
  name,
  language,
}: {
  readonly edit: ReturnType<typeof useEdit>
  readonly other: OtherVersion
  readonly name: string
  readonly language: CodeLanguage
}) {
  const isDeleted = other.text === undefined
  return (
    <section aria-label={`Conflict in ${name}`} className="space-y-2">
      <p className="rounded-md bg-warn-soft p-2 text-warn wrap-anywhere" role="alert">
        {isDeleted
          ? `Not saved: ${name} no longer exists.`
          : `Not saved: ${name} has changed since you began to edit it. Compare both versions and choose.`}
      </p>
      {other.text !== undefined && (
        <DiffEditor
          after={edit.draft.text}
          afterLabel="Your version"
          before={other.text}
          beforeLabel="The other version, which is saved"
          className={editorClass}
          language={language}
        />
      )}
      <Actions>
        <Button kind="danger" onClick={() => void edit.replace(other)}>
          {isDeleted ? 'Create it again with your version' : 'Replace it with your version'}
        </Button>
        <Button autoFocus onClick={() => edit.rebase(other)}>
          Continue editing your version
        </Button>
        <Button kind="quiet" onClick={edit.discard}>
          Discard your version
        </Button>
      </Actions>
    </section>
  )
}

function Actions({ children }: { readonly children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-2">{children}</div>
}
