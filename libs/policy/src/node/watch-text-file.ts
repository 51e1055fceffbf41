import { readFile } from 'node:fs/promises'

import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

export interface WatchTextFileOptions {
  /** Receives the text of the file after a change. */
  readonly onText: (text: string) => void
  /** Called once if the file cannot be read any more. */
  readonly onMissing: (error: unknown) => void
  /** Time between two reads, in milliseconds. Default: 1 second. */
  readonly everyMs?: number | undefined
  readonly clock?: Clock | undefined
}

/**
 * Calls a function when the text of a small file has changed and two reads returned the same text, until
 * the returned function is called. The file is read at regular intervals. File events are not used, because
 * network drives emit none. For a file that Kubernetes mounts, the events concern a link in another folder.
 *
 * @param known - The text that is already in use.
 */
export function watchTextFile(
  path: string,
  known: string,
  { onText, onMissing, everyMs = 1000, clock = systemClock }: WatchTextFileOptions,
): () => void {
  let last: string | undefined = known
  let seen = known
  let isReading = false
  let isStopped = false

  async function check(): Promise<void> {
    if (isReading) return
    isReading = true
    try {
      const text = await readFile(path, 'utf8')
      // A program that writes the file in place may have written only a part of it.
      if (!isStopped && text !== last && text === seen) {
        last = text
        onText(text)
      }
      seen = text
    } catch (error) {
      if (!isStopped && last !== undefined) onMissing(error)
      last = undefined
    } finally {
      isReading = false
    }
  }

  const stopTimer = clock.every(everyMs, () => void check())
  return () => {
    isStopped = true
    stopTimer()
  }
}
