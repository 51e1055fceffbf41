import { useState } from 'react'

import { CopyButton } from './copy-button.tsx'

const maxShown = 20_000

/** A text or a JSON value. A long text is cut, and shown with its size and a button for the whole text. */
export function JsonBlock({ label, value }: { readonly label: string; readonly value: unknown }) {
  const [isWhole, setWhole] = useState(false)
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '')
  const shown = isWhole ? text : text.slice(0, maxShown)
  return (
    <figure className="overflow-hidden rounded-md border border-line">
      <figcaption className="flex items-center justify-between bg-raised pl-3 text-xs text-muted">
        <span>{label}</span>
        <CopyButton label={`Copy ${label.toLowerCase()}`} text={text} />
      </figcaption>
      <div
        aria-label={label}
        className="max-h-80 overflow-auto bg-sunken p-3"
        role="group"
        tabIndex={0}
      >
        <pre className="font-mono text-sm leading-snug wrap-anywhere whitespace-pre-wrap">
          {shown}
        </pre>
      </div>
      {shown.length < text.length && (
        <button
          className="w-full border-t border-line bg-raised px-3 py-1 text-left text-sm text-accent underline"
          onClick={() => setWhole(true)}
          type="button"
        >
          Show all {text.length.toLocaleString('en')} characters
        </button>
      )}
    </figure>
  )
}
