import { useState } from 'react'

import { CopyButton } from '../elements/copy-button.tsx'
import { cutText, lengthText } from './cut-text.ts'

/**
 * A text of several lines. A very long text is cut, and shown with its size and a button for the whole text.
 */
export function LongText({ text }: { readonly text: string }) {
  const [isWhole, setWhole] = useState(false)
  const cut = isWhole ? { text, isCut: false, length: text.length } : cutText(text)
  return (
    <div>
      <div className="relative">
        <pre
          aria-label="Text"
          className="max-h-[60dvh] overflow-auto rounded-md bg-sunken p-3 pr-10 font-mono text-sm whitespace-pre-wrap wrap-anywhere"
          role="group"
          tabIndex={0}
        >
          {cut.text}
        </pre>
        <span className="absolute top-1 right-1">
          <CopyButton text={text} />
        </span>
      </div>
      {cut.isCut && (
        <p className="text-sm text-muted">
          Cut: {cut.text.length.toLocaleString('en')} of {lengthText(cut.length)}.{' '}
          <button className="text-accent underline" onClick={() => setWhole(true)} type="button">
            Show all
          </button>
        </p>
      )}
    </div>
  )
}
