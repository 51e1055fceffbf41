import { lengthText } from '../cut-text.ts'
import { cellText } from './cell-text.ts'

/** One value of a grid in one line. NULL, an absent value and an empty text look different. */
export function CellValue({ value }: { readonly value: unknown }) {
  if (value === undefined) return null
  if (value === null) return <span className="text-muted italic">NULL</span>
  if (value === '') return <span className="text-muted italic">empty text</span>
  const { text, length } = cellText(value)
  return (
    <>
      <span
        className={typeof value === 'string' ? 'truncate' : 'truncate font-mono text-xs leading-6'}
      >
        {text}
      </span>
      {length !== undefined && (
        <span className="ml-1 shrink-0 rounded bg-sunken px-1 text-xs leading-5 text-muted">
          {lengthText(length)}
        </span>
      )}
    </>
  )
}
