import { McpError } from '@mcp/protocol/light'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { changeMarks } from '../changes/change-marks.ts'
import { fileKeys } from '../queries.ts'
import type { Draft } from './drafts.ts'
import { discardDraft, storeDraft } from './drafts.ts'
import type { FileSource } from './file-source.ts'
import { maxWholeBytes } from './read-document.ts'

/** Version that another client has saved. `text` is undefined if the file no longer exists. */
export interface OtherVersion {
  readonly text: string | undefined
  readonly etag: string | undefined
}

/** State of an edit. Nothing is shown as saved before the server has confirmed it. */
export type EditState =
  | { readonly phase: 'writing' | 'reviewing' | 'saving' }
  | { readonly phase: 'conflict'; readonly other: OtherVersion }
  | { readonly phase: 'failed'; readonly error: unknown }

export interface EditOptions {
  readonly source: FileSource
  readonly initial: Draft
  /** Called when the edit has ended, saved or discarded. */
  readonly onEnd: (isSaved: boolean) => void
}

/** One edit of a file, from the first change until it is saved or discarded. */
export function useEdit({ source, initial, onEnd }: EditOptions) {
  const [draft, setDraft] = useState(initial)
  const [state, setState] = useState<EditState>({ phase: 'writing' })
  const client = useQueryClient()

  const change = (next: Draft) => {
    setDraft(next)
    storeDraft(source.id, next)
  }

  const end = (isSaved: boolean) => {
    discardDraft(source.id)
    void client.invalidateQueries({ queryKey: fileKeys.item(source.id) })
    onEnd(isSaved)
  }

  const save = async (ifMatch: string | undefined) => {
    setState({ phase: 'saving' })
    try {
      await changeMarks.expectOwn([{ id: source.id, change: 'modified' }], () =>
        source.write(draft.text, ifMatch),
      )
      end(true)
    } catch (error) {
      const other = await otherVersion(source, error)
      setState(other === undefined ? { phase: 'failed', error } : { phase: 'conflict', other })
    }
  }

  return {
    draft,
    state,
    isChanged: draft.text !== draft.baseText,
    write: (text: string) => change({ ...draft, text }),
    review: () => setState({ phase: 'reviewing' }),
    back: () => setState({ phase: 'writing' }),
    /** Saves the draft if the file still has the version on which the draft is based. */
    save: () => save(draft.baseEtag),
    /** Saves the draft in place of a version that the user has seen. */
    replace: (other: OtherVersion) => save(other.etag),
    /** Continues with the draft as a change of the other version. */
    rebase: ({ text = '', etag }: OtherVersion) => {
      change({ ...draft, baseText: text, baseEtag: etag })
      setState({ phase: 'writing' })
    },
    discard: () => end(false),
  }
}

/** Reads the version that caused a conflict. Returns undefined if the error is not a conflict of versions. */
async function otherVersion(source: FileSource, error: unknown): Promise<OtherVersion | undefined> {
  const { code } = McpError.from(error)
  if (code !== 'conflict' && code !== 'not-found') return undefined
  try {
    const { signal } = new AbortController()
    const { content, etag } = await source.read({}, maxWholeBytes, signal)
    return content.kind === 'text' ? { text: content.text, etag } : undefined
  } catch (thrown) {
    return McpError.from(thrown).code === 'not-found'
      ? { text: undefined, etag: undefined }
      : undefined
  }
}
