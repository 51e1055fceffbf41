import { rest } from '../data/rest.ts'
import type { Exchange } from './exchange.ts'

/** Saves the entries of exchanges with their contents as a file, one JSON value per line. */
export async function exportActivity(exchanges: readonly Exchange[]): Promise<void> {
  const lines: string[] = []
  for (const seq of exchanges.flatMap(({ entries }) => entries).toSorted((a, b) => a - b)) {
    // An entry that is no longer kept is left out.
    const entry = await rest.activity.read(seq).catch(() => undefined)
    if (entry !== undefined) lines.push(JSON.stringify(entry))
  }
  const url = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`]))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = 'activity.ndjson'
  anchor.click()
  URL.revokeObjectURL(url)
}
