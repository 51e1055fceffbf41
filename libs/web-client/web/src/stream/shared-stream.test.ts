import type { CombinedStreamOptions, StreamEntry } from '@mcp/client/rest'
import { McpError } from '@mcp/protocol/light'
import { expect, it, vi } from 'vitest'

import { describeConnection } from './connection.ts'
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
    openTab: (tab: string): SharedStream =>
      createSharedStream({
        tab,
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
  tab.subscribe(({ position }) => positions.push(position))
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
  const [first, second, third] = ['a', 'b', 'c'].map(browser.openTab)
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
  const [first, second] = ['a', 'b'].map(browser.openTab)
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
  const [, follower] = ['a', 'b'].map(browser.openTab)
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
