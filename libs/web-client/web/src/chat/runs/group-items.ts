import type { RunCall, RunItem, RunView } from '@mcp/client/runs'

type TextItem = Extract<RunItem, { readonly text: string }>

/** A part of a response, as the page shows it. */
export type ResponsePart = {
  /** Identifies the part while items are appended. */
  readonly id: string
} & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  | { readonly kind: 'call'; readonly call: RunCall }
  /** Successful calls in a row, with the reasoning between them. */
  | { readonly kind: 'calls'; readonly count: number; readonly parts: readonly SimplePart[] }
  | Exclude<RunItem, TextItem | RunCall>
)

/** A part that a row of calls consists of. */
export type SimplePart = Extract<ResponsePart, { readonly kind: 'reasoning' | 'call' }>

/** Maximum number of calls in a row that are not folded. */
const maxUnfolded = 3

/**
 * Returns the parts of a response. More than three successful calls in a row are folded. Calls that
 * failed, that were denied or that are in progress are never folded.
 */
export function groupItems(items: RunView['items']): ResponsePart[] {
  const parts: ResponsePart[] = []
  let row: SimplePart[] = []

  function endRow(): void {
    // Reasoning after the last call belongs to the next part.
    const end = row.findLastIndex(({ kind }) => kind === 'call') + 1
    const folded = row.slice(0, end)
    const count = folded.filter(({ kind }) => kind === 'call').length
    const [first] = folded
    if (first !== undefined && count > maxUnfolded) {
      parts.push({ id: first.id, kind: 'calls', count, parts: folded }, ...row.slice(end))
    } else parts.push(...row)
    row = []
  }

  for (const [index, item] of items.entries()) {
    const id = `${index}`
    if (item.kind === 'text' && item.text.trim() === '') continue
    if (item.kind === 'reasoning') row.push({ id, kind: 'reasoning', text: item.text })
    else if (item.kind === 'call' && isFoldable(item)) row.push({ id, kind: 'call', call: item })
    else {
      endRow()
      parts.push(toPart(id, item))
    }
  }
  endRow()
  return parts
}

function toPart(id: string, item: Exclude<RunItem, { readonly kind: 'reasoning' }>): ResponsePart {
  if (item.kind === 'call') return { id, kind: 'call', call: item }
  if ('text' in item) return { id, kind: 'text', text: item.text }
  return { id, ...item }
}

function isFoldable({ state, outcome }: RunCall): boolean {
  return state === 'finished' && outcome?.status === 'success'
}
