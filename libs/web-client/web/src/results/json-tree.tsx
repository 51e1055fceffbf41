import { isRecord } from '@mcp/protocol/light'
import { useState } from 'react'

import { briefText } from './cut-text.ts'

/** Number of members that are drawn at once. */
const pageSize = 100

/** A JSON value as a tree. Only open parts are drawn. */
export function JsonTree({ value, name }: { readonly value: unknown; readonly name?: string }) {
  return (
    <div className="font-mono text-sm wrap-anywhere">
      <JsonNode depth={0} value={value} {...(name === undefined ? {} : { name })} />
    </div>
  )
}

interface JsonNodeProps {
  readonly value: unknown
  readonly name?: string
  readonly depth: number
}

function JsonNode({ value, name, depth }: JsonNodeProps) {
  const [isOpen, setOpen] = useState(depth < 2)
  const [shown, setShown] = useState(pageSize)
  const entries = entriesOf(value)
  const label = name === undefined ? null : <span className="text-accent">{name}: </span>
  if (entries === undefined || entries.length === 0) {
    return (
      <div>
        {label}
        <Scalar value={value} />
      </div>
    )
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} open={isOpen}>
      <summary>
        {label}
        {isOpen ? (
          <span className="text-muted">{open}</span>
        ) : (
          <span className="text-muted">
            {open} {briefText(value, 80).slice(1, -1)} {close} {entries.length}
          </span>
        )}
      </summary>
      {isOpen && (
        <div className="ml-1.5 border-l border-line pl-3">
          {entries.slice(0, shown).map(([key, member]) => (
            <JsonNode depth={depth + 1} key={key} name={key} value={member} />
          ))}
          {entries.length > shown && (
            <button
              className="text-accent underline"
              onClick={() => setShown(shown + pageSize * 5)}
              type="button"
            >
              Show more ({entries.length - shown} left)
            </button>
          )}
        </div>
      )}
    </details>
  )
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [`${index}`, item] as const)
  return isRecord(value) ? Object.entries(value) : undefined
}

function Scalar({ value }: { readonly value: unknown }) {
  const [isWhole, setWhole] = useState(false)
  const text = JSON.stringify(value) ?? 'undefined'
  const max = 500
  return (
    <>
      <span className={typeof value === 'string' ? 'text-good' : 'text-text'}>
        {isWhole || text.length <= max ? text : `${text.slice(0, max)}…`}
      </span>
      {text.length > max && !isWhole && (
        <button className="ml-1 text-accent underline" onClick={() => setWhole(true)} type="button">
          All {text.length} characters
        </button>
      )}
    </>
  )
}
