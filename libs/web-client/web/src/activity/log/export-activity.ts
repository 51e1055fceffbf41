import type { ActivityEntry } from '@mcp/protocol/rest'

import { download } from '../../elements/download.ts'
import type { ActivityLog } from './activity-recorder.ts'
import type { Rows } from './filtered-rows.ts'

/** Number of entries that are read at the same time. */
const batchSize = 8

/**
 * Saves the entries of the selected exchanges, with their contents, as a file with one JSON value per line.
 * Returns the number of entries that are missing in it: those from before a restart, those in the middle of a long
 * exchange, whose positions are not kept, and those that the server no longer has.
 */
export async function exportActivity(
  log: ActivityLog,
  rows: Rows,
  readEntry: (seq: number) => Promise<ActivityEntry>,
): Promise<number> {
  const positions: number[] = []
  let count = 0
  for (let row = 0; row < rows.count; row++) {
    const exchange = log.at(rows.numberAt(row) ?? -1)
    if (exchange === undefined) continue
    count += exchange.entryCount
    if (log.isReadable(exchange)) positions.push(...exchange.entries)
  }
  positions.sort((a, b) => a - b)
  const lines: string[] = []
  for (let index = 0; index < positions.length; index += batchSize) {
    const batch = positions.slice(index, index + batchSize)
    const entries = await Promise.all(batch.map((seq) => readEntry(seq).catch(() => undefined)))
    for (const entry of entries) if (entry !== undefined) lines.push(JSON.stringify(entry))
  }
  download('activity.ndjson', `${lines.join('\n')}\n`, 'application/x-ndjson')
  return count - lines.length
}
