import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'

import { callOperation } from '../../data/call-operation.ts'
import { DiffEditor } from '../../editor/diff-editor.tsx'
import { Button } from '../../elements/button.tsx'
import { sizeText } from '../../results/cut-text.ts'
import { mediaTypeOf } from '../../results/text-kind.ts'
import { languageOf } from '../../files/documents/language-of.ts'
import { fileKeys } from '../../files/queries.ts'
import { entryId } from '../../files/tree/tree-item.ts'

/** A text that a call would write to a file. */
export interface WrittenText {
  readonly root: string
  readonly path: string
  readonly content: string
}

/** Shows whether a call that writes a file creates or replaces the file, and the differences on request. */
export function FileChange({ root, path, content }: WrittenText) {
  const [isCompared, setCompared] = useState(false)
  const { data: present, error } = useQuery({
    queryKey: fileKeys.part(entryId(root, path), 'approval'),
    queryFn: async ({ signal }) => {
      // `readMany` returns a missing file as a result. A failed request would appear in the console of the
      // browser.
      const params = { root, paths: [path] }
      return (await callOperation('roots', 'readMany', params, { signal })).results[0]
    },
  })
  const name = <code className="wrap-anywhere">{path}</code>
  if (error !== null) return <Unknown message={error.message} name={name} />
  if (present === undefined) return <p className="text-sm text-muted">Looking for {name}…</p>
  if (present.status === 'error') {
    const { code, reason, message } = present.error
    if (code === 'not-found') return <p className="text-sm">{name} is a new file.</p>
    if (reason === 'not-text') {
      return <p className="text-sm">It replaces {name}, which is not text.</p>
    }
    return <Unknown message={message} name={name} />
  }
  const { file } = present
  const size = sizeText(file.size)
  if (file.content === content) {
    return (
      <p className="text-sm">
        {name} ({size}) has this content already.
      </p>
    )
  }
  return (
    <div className="space-y-2 text-sm">
      <p>
        It replaces {name} ({size}).{' '}
        <Button aria-expanded={isCompared} onClick={() => setCompared(!isCompared)}>
          {isCompared ? 'Hide the differences' : 'Show the differences'}
        </Button>
      </p>
      {isCompared && (
        <DiffEditor
          after={content}
          afterLabel="After the call"
          before={file.content}
          beforeLabel="Present file"
          className="max-h-80"
          language={languageOf(mediaTypeOf(path), path)}
        />
      )}
    </div>
  )
}

function Unknown({ name, message }: { readonly name: ReactNode; readonly message: string }) {
  return (
    <p className="text-sm">
      It is not known whether {name} exists: {message}
    </p>
  )
}

/** Returns the text that a call would write, or undefined if it writes no text to a file of a root. */
export function writtenText(
  server: string | undefined,
  operation: string | undefined,
  { root, path, content, encoding = 'utf8' }: Readonly<Record<string, unknown>>,
): WrittenText | undefined {
  if (server !== 'roots' || operation !== 'writeFile' || encoding !== 'utf8') return undefined
  if (typeof root !== 'string' || typeof path !== 'string' || typeof content !== 'string') {
    return undefined
  }
  return { root, path, content }
}
