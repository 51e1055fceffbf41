import { useState } from 'react'

import { briefText } from './cut-text.ts'
import type { Grid } from './shape-of.ts'

const pageSize = 100

/** Rows as a table. More rows are drawn on demand. */
export function GridTable({ grid }: { readonly grid: Grid }) {
  const { columns, rows } = grid
  const [shown, setShown] = useState(pageSize)
  return (
    <div>
      <div
        aria-label={`${rows.length} rows`}
        className="max-h-[60dvh] overflow-auto rounded-md border border-line"
        role="region"
        tabIndex={0}
      >
        <table className="w-full border-collapse text-sm">
          <thead>
            <tr>
              {columns.map(({ name, type }, index) => (
                <th
                  className="sticky top-0 border-b border-line bg-raised px-2 py-1 text-left font-medium whitespace-nowrap"
                  key={`${index}`}
                  scope="col"
                  title={type}
                >
                  {name}
                  {type !== undefined && (
                    <span className="ml-1 text-xs font-normal text-muted">{type}</span>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, index) => (
              <tr className="border-b border-line last:border-0 hover:bg-raised" key={`${index}`}>
                {columns.map((column, at) => (
                  <td className="max-w-96 px-2 py-0.5 align-top wrap-anywhere" key={`${at}`}>
                    <Cell value={row[at]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-1 text-sm text-muted">
        {rows.length === 1 ? '1 row' : `${rows.length} rows`}
        {rows.length > shown && (
          <button
            className="ml-2 text-accent underline"
            onClick={() => setShown(shown + 5 * pageSize)}
            type="button"
          >
            Show more ({rows.length - shown} left)
          </button>
        )}
      </p>
    </div>
  )
}

/** One value of a grid. NULL, an absent value and an empty text look different. */
export function Cell({ value }: { readonly value: unknown }) {
  const [isWhole, setWhole] = useState(false)
  if (value === undefined) return null
  if (value === null) return <span className="text-muted italic">NULL</span>
  if (value === '') return <span className="text-muted italic">empty text</span>
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const brief = briefText(text)
  if (brief === text)
    return <span className={typeof value === 'string' ? '' : 'font-mono'}>{text}</span>
  return (
    <button
      aria-expanded={isWhole}
      className="text-left whitespace-pre-wrap hover:text-accent"
      onClick={() => setWhole(!isWhole)}
      type="button"
    >
      {isWhole ? text : brief}
    </button>
  )
}
