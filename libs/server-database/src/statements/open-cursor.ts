import { createSemaphore } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { PageLimits, RowPage, RowReader } from './row-reader.ts'

export interface OpenCursorOptions {
  readonly reader: RowReader
  /** Runs `work` when the transaction of the cursor is free. `ended` aborts when the transaction ends. */
  readonly use: <Result>(work: (ended: AbortSignal) => Promise<Result>) => Promise<Result>
  readonly idleMs: number
  readonly clock: Clock
  /** Releases the transaction of the cursor. Called when the last row was read or the cursor is closed. */
  readonly release: () => Promise<void>
  /** Called once, when no further page can be fetched. */
  readonly onClosed: () => void
  /** Called when the cursor starts to wait for a request. The argument closes the cursor. Optional. */
  readonly onIdle?: ((close: () => void) => void) | undefined
}

/** The unread rows of a query, from which later requests fetch pages. */
export interface OpenCursor {
  readonly columns: RowReader['columns']
  /**
   * Returns the page with that number, which must be the next page or the page that was returned last.
   * Page 1 is the first page after the page of the query itself.
   */
  fetch(page: number, limits: PageLimits, signal: AbortSignal): Promise<RowPage>
  close(): Promise<void>
}

export function createOpenCursor(options: OpenCursorOptions): OpenCursor {
  const { reader, use, idleMs, clock, release, onClosed, onIdle } = options
  const queue = createSemaphore({ limit: 1 })
  // The last page is kept, because its response can be lost in transit and the page is then fetched again.
  let last: { readonly number: number; readonly page: RowPage } | undefined
  let closed = false
  let released = false
  let stopTimer = waitForUse()

  function waitForUse(): () => void {
    if (!released) onIdle?.(() => void close())
    return clock.after(idleMs, () => void close())
  }

  function close(): Promise<void> {
    if (closed) return Promise.resolve()
    closed = true
    stopTimer()
    onClosed()
    return queue.run(releaseOnce)
  }

  async function releaseOnce(): Promise<void> {
    if (released) return
    released = true
    await release()
  }

  async function read(number: number, limits: PageLimits, signal: AbortSignal): Promise<RowPage> {
    if (closed) throw cursorClosed()
    if (last?.number === number) return last.page
    if (number !== (last?.number ?? 0) + 1) throw pageSuperseded()
    try {
      const page = await use((ended) => {
        // The cursor may have been closed while this call was queued.
        if (closed) throw cursorClosed()
        return reader.readPage(limits, AbortSignal.any([signal, ended]))
      })
      last = { number, page }
      if (!page.truncated) await releaseOnce()
      return page
    } catch (error) {
      void close()
      throw error
    }
  }

  return {
    columns: reader.columns,
    close,
    fetch: (number, limits, signal) =>
      queue.run(async () => {
        stopTimer()
        try {
          return await read(number, limits, signal)
        } finally {
          if (!closed) stopTimer = waitForUse()
        }
      }),
  }
}

/** Returns the error of a closed cursor. */
export function cursorClosed(): McpError {
  const message =
    'The cursor is closed: it was idle for too long, its transaction was needed by another call, or its transaction ran another statement. Run the query again.'
  return new McpError('conflict', message, { details: { reason: 'cursor-closed' } })
}

function pageSuperseded(): McpError {
  return new McpError(
    'conflict',
    'The next page was already fetched, so this page is no longer available.',
    {
      details: { reason: 'cursor-passed' },
    },
  )
}
