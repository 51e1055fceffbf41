import type { ActivityEntry, ActivityPage } from '@mcp/protocol/rest'
import { expect, it, vi } from 'vitest'

import { createActivitySource } from './activity-source.ts'

function entry(seq: number): ActivityEntry {
  const at = new Date(seq).toISOString()
  return { seq, at, kind: 'request', id: `req-${seq}`, operation: 'add', from: 'page' }
}

/** A session with a number of entries, which a stream reports. */
function startSession(pageSize = 10) {
  let entries: ActivityEntry[] = []
  const streams = new Set<{ entry: (entry: ActivityEntry) => void; change: () => void }>()
  const readPage = vi.fn<(after: number) => Promise<ActivityPage>>(async (after) => {
    const page = entries.filter(({ seq }) => seq > after).slice(0, pageSize)
    const last = entries.at(-1)?.seq ?? 0
    const end = page.at(-1)?.seq ?? last
    return { entries: page, last, ...(end < last && { nextCursor: String(end) }) }
  })
  const source = createActivitySource({
    readPage,
    follow(onEntry, onChange) {
      const stream = { entry: onEntry, change: onChange }
      streams.add(stream)
      return () => streams.delete(stream)
    },
    now: () => 0,
    after(_ms, run) {
      const timer = setTimeout(run)
      return () => clearTimeout(timer)
    },
  })
  return {
    source,
    readPage,
    streams,
    /** Adds entries. The stream loses those of which `isLost` is true. */
    add(count: number, isLost = false) {
      for (let index = 0; index < count; index++) {
        const added = entry((entries.at(-1)?.seq ?? 0) + 1)
        entries.push(added)
        if (!isLost) for (const stream of streams) stream.entry(added)
      }
    },
    restart() {
      entries = []
      for (const stream of streams) stream.change()
    },
    positions() {
      const { log } = source.state()
      const length = log.end() - log.first()
      return Array.from({ length }, (_, index) => log.at(log.first() + index)?.seq)
    },
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

it('reads all pages, then the stream, then what the stream has lost', async () => {
  const session = startSession()
  session.add(25)
  const stop = session.source.subscribe(() => {})
  await vi.waitFor(() => expect(session.positions()).toEqual(upTo(25)))
  session.add(3)
  await vi.waitFor(() => expect(session.positions()).toEqual(upTo(28)))
  session.add(2, true)
  session.add(1)
  await vi.waitFor(() => expect(session.positions()).toEqual(upTo(31)))
  stop()
})

it('keeps the entries without listeners, and catches up', async () => {
  const session = startSession()
  session.add(2)
  session.source.subscribe(() => {})()
  const stop = session.source.subscribe(() => {})
  await vi.waitFor(() => expect(session.positions()).toEqual(upTo(2)))
  stop()
  expect(session.streams.size).toBe(0)
  session.add(15)
  session.readPage.mockClear()
  session.source.subscribe(() => {})
  await vi.waitFor(() => expect(session.positions()).toEqual(upTo(17)))
  expect(session.readPage.mock.calls.map(([after]) => after)).toEqual([2, 12])
})

it('shows a restart of the session manager as a gap', async () => {
  const session = startSession()
  session.add(3)
  session.source.subscribe(() => {})
  await vi.waitFor(() => expect(session.positions()).toEqual(upTo(3)))
  session.restart()
  session.add(2)
  await vi.waitFor(() => expect(session.positions()).toEqual([1, 2, 3, 0, 1, 2]))
})

it('reports an error, and recovers from it', async () => {
  const session = startSession()
  session.readPage.mockRejectedValueOnce(new Error('offline'))
  session.source.subscribe(() => {})
  await vi.waitFor(() => expect(session.source.state().error).toEqual(new Error('offline')))
  session.add(1)
  await vi.waitFor(() => expect(session.source.state().error).toBeUndefined())
  expect(session.positions()).toEqual([1])
})
