import type { CombinedStreamOptions, StreamEntry } from '@mcp/client/rest'
import { createNotification } from '@mcp/protocol'
import { McpError } from '@mcp/protocol/light'
import { expect, it, vi } from 'vitest'

import { positionOfRun } from './position-of-run.ts'
import { describeConnection } from './connection.ts'
import type { StreamSnapshot } from './received.ts'
import { createSharedStream } from './shared-stream.ts'
import type { SharedStream, TabChannel } from './shared-stream.ts'

type Listener = Parameters<TabChannel['onMessage']>[0]

/** The tabs of a browser: messages reach all others, and one at a time leads. */
function createBrowser() {
  const channels = new Map<TabChannel, Listener>()
  const waiting: { lead: () => void; signal: AbortSignal }[] = []
  const opened: CombinedStreamOptions[] = []
  const failures: McpError[] = []
  let isLed = false

  function createChannel(): TabChannel {
    const channel: TabChannel = {
      post(message) {
        for (const [other, listener] of channels) if (other !== channel) listener(message)
      },
      onMessage: (listener) => void channels.set(channel, listener),
      close: () => void channels.delete(channel),
    }
    return channel
  }

  function next(): void {
    isLed = false
    const { lead, signal } = waiting.shift() ?? {}
    if (lead === undefined || signal === undefined) return
    isLed = true
    signal.addEventListener('abort', next)
    lead()
  }

  /** The stream of the service. Entries are pushed by the test. */
  const pushes = new Set<(entry: StreamEntry) => void>()
  async function* open(options: CombinedStreamOptions): AsyncGenerator<StreamEntry> {
    opened.push(options)
    const failure = failures.shift()
    if (failure !== undefined) throw failure
    options.onOpen?.()
    const queue: StreamEntry[] = []
    let wake = (): void => {}
    const push = (entry: StreamEntry): void => {
      queue.push(entry)
      wake()
    }
    pushes.add(push)
    options.signal?.addEventListener('abort', () => {
      pushes.delete(push)
      wake()
    })
    while (options.signal?.aborted !== true) {
      const entry = queue.shift()
      if (entry !== undefined) {
        yield entry
        continue
      }
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  return {
    opened,
    failures,
    push: (entry: StreamEntry) => pushes.forEach((push) => push(entry)),
    connections: () => pushes.size,
    openTab: (tab: string, before?: StreamSnapshot): SharedStream =>
      createSharedStream({
        tab,
        before,
        renewSession: () => Promise.resolve(),
        channel: createChannel(),
        open,
        now: () => 0,
        wait: () => Promise.resolve(),
        elect(lead, signal) {
          waiting.push({ lead, signal })
          if (!isLed) next()
        },
      }),
  }
}

const note = (position: string): StreamEntry => ({
  source: 'pending',
  pending: [],
  position,
})

function record(tab: SharedStream): (string | undefined)[] {
  const positions: (string | undefined)[] = []
  tab.subscribe((entry) => positions.push('position' in entry ? entry.position : entry.source))
  return positions
}

it('holds one connection for eight tabs, and passes each entry to all', async () => {
  const browser = createBrowser()
  const tabs = Array.from({ length: 8 }, (_, index) => browser.openTab(`tab-${index}`))
  const received = tabs.map(record)
  await vi.waitFor(() => expect(browser.connections()).toBe(1))
  browser.push(note('session=1'))
  await vi.waitFor(() => expect(received).toEqual(tabs.map(() => ['session=1'])))
  expect(tabs.map((tab) => tab.connection().state)).toEqual(tabs.map(() => 'live'))
  expect(browser.opened).toHaveLength(1)
})

it('continues in another tab after the last entry when the leading tab closes', async () => {
  const browser = createBrowser()
  const [first, second, third] = ['a', 'b', 'c'].map((tab) => browser.openTab(tab))
  const received = third === undefined ? [] : record(third)
  await vi.waitFor(() => expect(browser.connections()).toBe(1))
  browser.push(note('session=7'))
  await vi.waitFor(() => expect(received).toEqual(['session=7']))
  first?.close()
  await vi.waitFor(() => expect(browser.opened.at(-1)?.after).toBe('session=7'))
  await vi.waitFor(() => expect(browser.connections()).toBe(1))
  browser.push(note('session=8'))
  await vi.waitFor(() => expect(received).toEqual(['session=7', 'session=8']))
  expect(second?.connection().state).toBe('live')
})

it('requests what the tabs need together, and no more after they close', async () => {
  const browser = createBrowser()
  const [first, second] = ['a', 'b'].map((tab) => browser.openTab(tab))
  first?.subscribe(() => {}, { activity: false, runs: ['r-1'] })
  second?.subscribe(() => {}, { activity: true, runs: ['r-1', 'r-2'] })
  await vi.waitFor(() =>
    expect(browser.opened.at(-1)).toMatchObject({ activity: true, runs: ['r-1', 'r-2'] }),
  )
  second?.close()
  await vi.waitFor(() =>
    expect(browser.opened.at(-1)).toMatchObject({ activity: false, runs: ['r-1'] }),
  )
  expect(browser.connections()).toBe(1)
})

const session = (type: string, interactionId: string, position: string): StreamEntry => ({
  source: 'session',
  position,
  notification: createNotification(type, { interactionId }),
})

function recordInteractions(tab: SharedStream | undefined): unknown[] {
  const types: unknown[] = []
  tab?.subscribe((entry) => {
    if (entry.source !== 'session') return
    const { type, data } = entry.notification
    types.push([type, data['interactionId'], entry.position])
  })
  return types
}

it('passes what waits to a tab that opens later, and to one that is loaded again', async () => {
  const browser = createBrowser()
  const first = browser.openTab('a')
  await vi.waitFor(() => expect(browser.connections()).toBe(1))
  browser.push(session('interaction-required', 'i-1', 'session=1'))
  browser.push(session('interaction-required', 'i-2', 'session=2'))
  browser.push(session('interaction-resolved', 'i-1', 'session=3'))
  await vi.waitFor(() => expect(first.position()).toBe('session=3'))
  const later = browser.openTab('b')
  expect(recordInteractions(later)).toEqual([['interaction-required', 'i-2', 'session=3']])
  expect(later.position()).toBe('session=3')
  const before = later.snapshot()
  for (const tab of [first, later]) tab.close()
  const again = browser.openTab('c', before)
  expect(recordInteractions(again)).toEqual([['interaction-required', 'i-2', 'session=3']])
  await vi.waitFor(() => expect(browser.opened.at(-1)?.after).toBe('session=3'))
})

it('follows another session after the end of the first one', async () => {
  const browser = createBrowser()
  const [leader, follower] = ['a', 'b'].map((tab) => browser.openTab(tab))
  const received = follower === undefined ? [] : record(follower)
  await vi.waitFor(() => expect(browser.connections()).toBe(1))
  browser.push(session('interaction-required', 'i-1', 'session=1'))
  browser.push(session('session-closed', 'i-1', 'session=2'))
  await vi.waitFor(() => expect(received).toEqual(['session=1', 'session=2', 'restart']))
  await vi.waitFor(() => expect(browser.opened).toHaveLength(2))
  expect(browser.opened.at(-1)?.after).toBeUndefined()
  expect(leader?.snapshot()).toEqual({ position: undefined, interactions: [] })
})

it('reports a run that the service does not have, and follows the others', async () => {
  const browser = createBrowser()
  const missing = new McpError('not-found', 'No run.', { details: { id: 'r-1' } })
  // The tab opens the stream before a listener demands the runs.
  browser.failures.push(missing, missing)
  const tab = browser.openTab('a')
  const received: unknown[] = []
  tab.subscribe((entry) => received.push(entry), { activity: false, runs: ['r-1', 'r-2'] })
  await vi.waitFor(() => expect(browser.connections()).toBe(1))
  expect(received).toEqual([{ source: 'missing-run', runId: 'r-1' }])
  expect(browser.opened.at(-1)?.runs).toEqual(['r-2'])
})

it('reads runs from the start after a gap, and the session after its last event', async () => {
  const browser = createBrowser()
  const gap = new McpError('conflict', 'Gap.', { details: { reason: 'stream-gap' } })
  browser.failures.push(gap)
  browser.openTab('a', { position: 'session=7&runs=r-1%3A9', interactions: [] })
  await vi.waitFor(() => expect(browser.connections()).toBe(1))
  expect(browser.opened.map(({ after }) => after)).toEqual(['session=7&runs=r-1%3A9', 'session=7'])
})

it('connects again after the last entry at the request of any tab', async () => {
  const browser = createBrowser()
  const [, follower] = ['a', 'b'].map((tab) => browser.openTab(tab))
  await vi.waitFor(() => expect(browser.connections()).toBe(1))
  browser.push(note('session=7'))
  await vi.waitFor(() => expect(follower?.position()).toBe('session=7'))
  follower?.reconnect()
  await vi.waitFor(() => expect(browser.opened).toHaveLength(2))
  expect(browser.opened.at(-1)?.after).toBe('session=7')
})

it.each([
  ['r-1:12', 'r-1', 12],
  ['r-1:12,r-10:5', 'r-10', 5],
  ['r-10:5', 'r-1', 0],
])('reads the position %s of the run %s', (runs, runId, expected) => {
  const position = new URLSearchParams({ session: '7', runs }).toString()
  expect(positionOfRun(position, runId)).toBe(expected)
  expect(positionOfRun(undefined, runId)).toBe(0)
})

it.each([
  ['not-found', { runs: [], activity: true }],
  ['upstream-error', { runs: ['r-1'], activity: true }],
] as const)('opens the stream again after %s', async (code, expected) => {
  const browser = createBrowser()
  browser.failures.push(new McpError(code, 'It failed.'), new McpError(code, 'It failed.'))
  const tab = browser.openTab('a')
  tab.subscribe(() => {}, { activity: true, runs: ['r-1'] })
  await vi.waitFor(() => expect(browser.connections()).toBe(1))
  expect(browser.opened.at(-1)).toMatchObject(expected)
})

it('starts without a position for another session', async () => {
  const browser = createBrowser()
  const [, follower] = ['a', 'b'].map((tab) => browser.openTab(tab))
  await vi.waitFor(() => expect(browser.connections()).toBe(1))
  browser.push(note('session=7'))
  await vi.waitFor(() => expect(browser.connections()).toBe(1))
  follower?.restart()
  await vi.waitFor(() => expect(browser.opened).toHaveLength(2))
  expect(browser.opened.at(-1)?.after).toBeUndefined()
})

it('describes the connection in words', () => {
  const since = Date.parse('2026-11-29T12:00:00Z')
  const waiting = { state: 'reconnecting', since, retryAt: since + 4000 } as const
  expect(describeConnection({ state: 'live' }, since)).toBe('live')
  expect(describeConnection(waiting, since)).toBe('reconnecting in 4 s')
  expect(describeConnection({ ...waiting, retryAt: since + 62_000 }, since + 60_000)).toMatch(
    /^not reachable since .+, next attempt in 2 s$/,
  )
})
