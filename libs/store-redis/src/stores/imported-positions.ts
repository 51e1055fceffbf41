import type { SkippedPositions } from '@mcp/session-manager'

import type { Connection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import type { Cursor } from './merge-logs.ts'
import { formatCursor } from './merge-logs.ts'

interface ImportedPosition {
  readonly cursor: Cursor
  /**
   * Cursor before which events are missing. Set if the reader has read events that the imported store has lost.
   */
  readonly gapBefore?: string | undefined
}

/**
 * Creates the function that returns the cursor for a position of an imported store, whose logs share one
 * sequence of positions. The function returns undefined for any other cursor, and if nothing was imported.
 */
export function createImportedPositions(connection: Connection, keys: Keys) {
  return async (text: string): Promise<ImportedPosition | undefined> => {
    if (!/^\d{1,16}$/.test(text)) return undefined
    const stored = await connection.call('GET', keys.skippedPositions)
    if (typeof stored !== 'string') return undefined
    const skipped: readonly SkippedPositions[] = JSON.parse(stored)
    const position = Number(text)
    const range = skipped.find(({ after, before }) => position > after && position < before - 1)
    if (range === undefined) return { cursor: { own: position, all: position } }
    const next = { own: range.before, all: range.before }
    return {
      cursor: { own: range.before - 1, all: range.before - 1 },
      gapBefore: formatCursor(next),
    }
  }
}
