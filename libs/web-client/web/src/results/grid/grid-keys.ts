import type { GridSize, Position, PressedKey } from './position.ts'
import { movePosition } from './position.ts'

/** Actions of the user in a grid. */
export interface GridActions {
  readonly moveTo: (next: Position, isExtending: boolean) => void
  readonly selectAll: () => void
  readonly clearSelection: () => void
  readonly open: (cell: Position) => void
  readonly sort: (column: number) => void
  readonly widen: (column: number, pixels: number) => void
}

export interface GridKeyState {
  readonly active: Position
  /** Whether more than one cell is selected. */
  readonly isWide: boolean
  readonly size: GridSize
}

const resizeStep = 16

/** Runs the action of a key. Returns false if the key has no action. */
export function pressGridKey(
  event: PressedKey & { readonly altKey: boolean; readonly shiftKey: boolean },
  { active, isWide, size }: GridKeyState,
  actions: GridActions,
): boolean {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event
  if (size.columns === 0) return false
  if (altKey) {
    const step = { ArrowLeft: -resizeStep, ArrowRight: resizeStep }[key]
    if (step !== undefined) actions.widen(active.column, step)
    return step !== undefined
  }
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'a') {
    actions.selectAll()
    return true
  }
  if (key === 'Escape' && isWide) {
    actions.clearSelection()
    return true
  }
  if (key === 'Enter' || key === ' ') {
    if (active.row < 0) actions.sort(active.column)
    else if (size.rows > 0) actions.open(active)
    return true
  }
  const next = movePosition(active, event, size)
  if (next !== undefined) actions.moveTo(next, shiftKey && next.row >= 0)
  return next !== undefined
}
