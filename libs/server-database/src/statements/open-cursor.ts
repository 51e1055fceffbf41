import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { oneAtATime } from '../transactions/one-at-a-time.ts'
import type { PageLimits, RowPage, RowReader } from './row-reader.ts'

export interface OpenCursorOptions {
  readonly reader: RowReader
  /** Does the reading, in a transaction that is there for it. */
  readonly use: <Result>(work: (over: AbortSignal) => Promise<Result>) => Promise<Result>
  readonly idleMs: number
  readonly clock: Clock
  /** Releases the cursor's transaction: the last row was read, or no page was fetched for too long. */
  readonly release: () => Promise<void>
  /** Called once when no page can be asked for any more. */
  readonly onClosed: () => void
  /** Called whenever it begins to wait for the next request, with what closes it. Default: nothing. */
  readonly onIdle?: ((close: () => void) => void) | undefined
}

/** The unread rows of a query, for the request that fetches the next page. */
export interface OpenCursor {
  readonly columns: RowReader['columns']
  /** The page of that number, from 1: the next one, or the last one again. */
  fetch(page: number, limits: PageLimits, signal: AbortSignal): Promise<RowPage>
  close(): Promise<void>
}

export function createOpenCursor(options: OpenCursorOptions): OpenCursor {
  const { reader, use, idleMs, clock, release, onClosed, onIdle } = options
  const inTurn = oneAtATime()
  // An answer may be lost on its way; asking again must not skip a page.
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
    return inTurn(giveBack)
  }

  async function giveBack(): Promise<void> {
    if (released) return
    released = true
    await release()
  }

  async function read(number: number, limits: PageLimits, signal: AbortSignal): Promise<RowPage> {
    if (closed) throw cursorClosed()
    if (last?.number === number) return last.page
    if (number !== (last?.number ?? 0) + 1) throw pagePassed()
    try {
      const page = await use((over) => {
        // It may have been closed while this waited for its turn.
        if (closed) throw cursorClosed()
        return reader.readPage(limits, AbortSignal.any([signal, over]))
      })
      last = { number, page }
      if (!page.truncated) await giveBack()
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
      inTurn(async () => {
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
    'The cursor is closed: it lay idle too long, its place was needed, or its transaction went on. Run the query again.'
  return new McpError('conflict', message, { details: { reason: 'cursor-closed' } })
}

function pagePassed(): McpError {
  return new McpError('conflict', 'The page after this one was fetched already.', {
    details: { reason: 'cursor-passed' },
  })
}
