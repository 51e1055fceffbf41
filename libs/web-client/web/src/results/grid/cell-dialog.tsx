import { Dialog } from '../../elements/dialog.tsx'
import { CopyButton } from '../../elements/copy-button.tsx'
import { lengthText } from '../cut-text.ts'
import { JsonTree } from '../json-tree.tsx'
import { LongText } from '../long-text.tsx'
import type { Column } from '../shape-of.ts'
import { shapeOf } from '../shape-of.ts'
import { CellValue } from './cell-value.tsx'
import { wholeText } from './cell-text.ts'

export interface CellDialogProps {
  readonly column: Column
  /** Number of the row, from 1. */
  readonly rowNumber: number
  readonly value: unknown
  readonly onClose: () => void
}

/** The whole value of a cell. A very long text is cut, and shown with a button for the whole text. */
export function CellDialog({ column, rowNumber, value, onClose }: CellDialogProps) {
  const text = wholeText(value)
  const shape = typeof value === 'string' ? shapeOf(value) : undefined
  const structure = shape?.kind === 'json' ? shape.value : value
  const isStructure = typeof structure === 'object' && structure !== null
  return (
    <Dialog className="max-w-3xl" onClose={onClose} title={`${column.name}, row ${rowNumber}`}>
      <p className="mb-2 flex items-center gap-2 text-sm text-muted">
        {column.type !== undefined && <code>{column.type}</code>}
        <span>{lengthText(text.length)}</span>
        {isStructure && <CopyButton text={text} />}
      </p>
      {isStructure && <JsonTree value={structure} />}
      {!isStructure && (text === '' ? <CellValue value={value} /> : <LongText text={text} />)}
    </Dialog>
  )
}
