import { useState } from 'react'

import { Markdown } from '../elements/markdown/markdown.tsx'
import { CopyButton } from '../elements/copy-button.tsx'
import { maxTextLength } from './cut-text.ts'
import { LongText } from './long-text.tsx'

/** A text in Markdown, rendered or as source. A very long text is shown only as source. */
export function MarkdownText({ text }: { readonly text: string }) {
  const [isSource, setSource] = useState(false)
  if (text.length > maxTextLength) return <LongText text={text} />
  return (
    <div>
      <div className="mb-1 flex items-center gap-2 text-sm">
        <label className="flex items-center gap-1 text-muted">
          <input
            checked={isSource}
            onChange={(event) => setSource(event.currentTarget.checked)}
            type="checkbox"
          />
          Source
        </label>
        <CopyButton text={text} />
      </div>
      {isSource ? (
        <LongText text={text} />
      ) : (
        <div
          aria-label="Text"
          className="max-h-[60dvh] overflow-auto rounded-md border border-line p-3"
          role="group"
          tabIndex={0}
        >
          <Markdown text={text} />
        </div>
      )}
    </div>
  )
}
