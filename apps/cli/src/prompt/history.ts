import { parseJson } from '@mcp/protocol/light'

import { readState, writeState } from '../remote/state-folder.ts'

const fileName = 'history'
const maxEntries = 1000
const maxEntryLength = 10_000
const maxFileLength = 512 * 1024

/** Reads the lines that were entered earlier, the last one first. Damaged entries are skipped. */
export function readHistory(): string[] {
  const lines = readState(fileName)?.split('\n') ?? []
  return lines.flatMap(decodeEntry).toReversed()
}

/**
 * Adds a line to the history. A line that begins with a space is not kept, so that a user can enter text that
 * must not be in a file. Lines of more than 10,000 characters are not kept either.
 */
export function addToHistory(line: string): void {
  if (line.trim() === '' || /^\s/.test(line) || line.length > maxEntryLength) return
  // Another prompt may have added lines in the meantime.
  const earlier = readHistory().filter((entry) => entry !== line)
  const encoded = [line, ...earlier].slice(0, maxEntries).map((entry) => JSON.stringify(entry))
  let length = 0
  const bounded = encoded.filter((entry) => (length += entry.length + 1) <= maxFileLength)
  try {
    writeState(fileName, `${bounded.toReversed().join('\n')}\n`)
  } catch {
    // The prompt works without a history, and `mcp doctor` reports the folder.
  }
}

function decodeEntry(line: string): string[] {
  try {
    const entry = parseJson(line)
    return typeof entry === 'string' ? [entry] : []
  } catch {
    return []
  }
}

/** Moves through the history. */
export interface HistoryCursor {
  /**
   * Returns the next older line that matches the typed text, or undefined. `current` is the line on the screen,
   * which is skipped. In the first call, it is the typed text.
   */
  older(current: string): string | undefined
  /**
   * Returns the next newer line. After the newest one, returns the typed text. Returns undefined if there is
   * nothing newer.
   */
  newer(): string | undefined
}

/**
 * Creates a cursor at the typed line, before the newest entry. `entries` contains the newest first. By default,
 * a line matches if it begins with the typed text.
 */
export function createHistoryCursor(
  entries: readonly string[],
  matches = (entry: string, typed: string): boolean => entry.startsWith(typed),
): HistoryCursor {
  let index = -1
  let typed = ''
  const find = (from: number, step: 1 | -1, current: string): number => {
    let at = from + step
    while (at >= 0 && at < entries.length) {
      const entry = entries[at] ?? ''
      if (matches(entry, typed) && entry !== current) return at
      at += step
    }
    return at
  }
  return {
    older(current) {
      if (index === -1) typed = current
      const found = find(index, 1, current)
      if (found >= entries.length) return undefined
      index = found
      return entries[index]
    },
    newer() {
      if (index === -1) return undefined
      index = Math.max(-1, find(index, -1, entries[index] ?? ''))
      return index === -1 ? typed : entries[index]
    },
  }
}
