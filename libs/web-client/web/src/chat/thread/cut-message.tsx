import { useState } from 'react'

import { cutText } from '../../results/cut-text.ts'

export interface CutMessageProps {
  readonly text: string
  /** Length of the text that is shown at first. */
  readonly max: number
  readonly className?: string
}

/** A plain text. A long text is cut, and shown with its size and a button for the whole text. */
export function CutMessage({ text, max, className = '' }: CutMessageProps) {
  const [isWhole, setWhole] = useState(false)
  const cut = cutText(text, { max, maxLine: max })
  return (
    <div className={className}>
      <p className="wrap-anywhere whitespace-pre-wrap">{isWhole ? text : cut.text}</p>
      {cut.isCut && (
        <button
          aria-expanded={isWhole}
          className="text-sm text-accent underline"
          onClick={() => setWhole(!isWhole)}
          type="button"
        >
          {isWhole ? 'Show less' : `Show all ${cut.length.toLocaleString('en')} characters`}
        </button>
      )}
    </div>
  )
}
