import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import type { Session } from '@mcp/client'
import { createClient } from '@mcp/client'
import { createDispatcher } from '@mcp/dispatcher'
import { remoteServer } from '@mcp/dispatcher/node'
import type { CapabilityServer } from '@mcp/protocol'
import { createSessionManager } from '@mcp/session-manager'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { measureMaxBlockingMs } from '../fixtures/measure-max-blocking-ms.ts'
import { memoryResources } from '../providers/memory/memory-resources.ts'
import { resourcesServer } from '../resources-server.ts'

const sessionCount = 50
const resourceCount = 100
const subscriptionsEach = 20

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

function startInProcess(): CapabilityServer {
  return resourcesServer({ checkResults: true, providers: [memoryResources()] })
}

/** Starts the same server in another process and connects to it over HTTP. */
async function startRemote(): Promise<CapabilityServer> {
  const script = join(import.meta.dirname, '..', 'fixtures', 'resources-process.ts')
  const child = spawn(process.execPath, ['--conditions=@mcp/source', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  closers.push(async () => {
    const ended = once(child, 'exit')
    child.stdin.end()
    await ended
  })
  const [line]: unknown[] = await once(child.stdout, 'data')
  return remoteServer({ name: 'resources', url: String(line).trim() })
}

type ResourcesSession = Session<readonly []>

/** Starts a session manager in front of the server and returns a client of it. */
function connectTo(server: CapabilityServer) {
  const dispatcher = createDispatcher({ servers: [server] })
  const sessionManager = createSessionManager({ dispatcher })
  closers.push(
    () => server.close?.(),
    () => dispatcher.close(),
    () => sessionManager.close(),
  )
  return createClient({
    url: 'http://session-manager.test',
    fetch: (request) => sessionManager.fetch(request),
  })
}

/** Records the URIs of the notifications of a session. */
async function listen(session: ResourcesSession) {
  const received: string[] = []
  const opened = Promise.withResolvers<void>()
  async function follow(): Promise<void> {
    for await (const { type, data } of session.notifications({ onOpen: opened.resolve })) {
      if (type === 'resource-updated') received.push(String(data['uri']))
    }
  }
  const following = follow()
  await opened.promise
  closers.push(async () => {
    await session.close()
    await following
  })
  return { session, received }
}

const uriOf = (number: number): string => `memory:///resource/${String(number).padStart(2, '0')}`
const lastUri = 'memory:///last'

/** Returns 20 targets: 17 URIs, two patterns that overlap with them, and the resource that changes last. */
function targetsOf(index: number) {
  const first = (index * 7) % resourceCount
  const uris = Array.from({ length: subscriptionsEach - 3 }, (_, step) =>
    uriOf((first + step) % resourceCount),
  )
  const digit = index % 10
  const patterns = [`memory:///resource/${digit}?`, `memory:///**/[0-4]${digit}`]
  const expected = new Set(uris)
  for (let number = 0; number < resourceCount; number++) {
    const isInTens = Math.floor(number / 10) === digit
    const endsInDigit = number < 50 && number % 10 === digit
    if (isInTens || endsInDigit) expected.add(uriOf(number))
  }
  return { uris: [...uris, lastUri], patterns, expected: [...expected, lastUri] }
}

describe.each([
  { location: 'in this process', start: startInProcess },
  { location: 'in another process', start: startRemote },
])('a server $location', ({ start }) => {
  // A collection of garbage also uses the processor, but not every time.
  const options = { retry: 2, timeout: 90_000 }
  it(
    'notifies 50 sessions with 1,000 subscriptions of 100 changes, each exactly once',
    options,
    async () => {
      const client = connectTo(await start())
      const writer = await client.connect()
      closers.push(() => writer.close())
      for (let number = 0; number < resourceCount; number++) {
        await writer.resources.create({ resource: uriOf(number), content: '' })
      }
      await writer.resources.create({ resource: lastUri, content: '' })

      const listeners = await Promise.all(
        Array.from({ length: sessionCount }, async () => listen(await client.connect())),
      )
      let subscriptions = 0
      for (const [index, { session }] of listeners.entries()) {
        const { uris, patterns } = targetsOf(index)
        for (const resource of uris) await session.resources.subscribe({ resource })
        for (const pattern of patterns) {
          const subscribed = await session.resources.subscribe({ pattern })
          if (pattern === patterns.at(-1)) subscriptions += subscribed.subscriptions
        }
      }
      expect(subscriptions).toBe(1000)
      await warmUp(writer, listeners)

      async function changeAll(): Promise<void> {
        for (const { received } of listeners) received.length = 0
        for (let number = 0; number < resourceCount; number++) {
          await writer.resources.update({ resource: uriOf(number), content: 'changed' })
          // Waits as long as a request over the network, which starts in a separate turn of the event
          // loop.
          await new Promise((resolve) => setImmediate(resolve))
        }
        await writer.resources.update({ resource: lastUri, content: 'changed' })
        // Each session's stream is ordered, so the last change arrives after all others.
        await vi.waitFor(
          () => expect(listeners.filter(({ received }) => !received.includes(lastUri))).toEqual([]),
          20_000,
        )
      }
      expect(await measureMaxBlockingMs(changeAll)).toBeLessThan(50)

      const received = listeners.map((listener) => listener.received.toSorted())
      expect(received).toEqual(listeners.map((_, index) => targetsOf(index).expected.toSorted()))
    },
  )

  it('stops notifying a session that closed or unsubscribed, and continues with the others', async () => {
    const client = connectTo(await start())
    const [leaver, ender, stayer] = await Promise.all([
      client.connect().then(listen),
      client.connect().then(listen),
      client.connect().then(listen),
    ])
    const writer = stayer.session
    const all = [leaver, ender, stayer]
    for (const { session } of all) await session.resources.subscribe({ resource: lastUri })
    await writer.resources.create({ resource: lastUri, content: '' })
    await warmUp(writer, all)

    await leaver.session.close()
    expect(await ender.session.resources.unsubscribe()).toEqual({ ended: 1, subscriptions: 0 })
    for (const { received } of all) received.length = 0
    await writer.resources.update({ resource: lastUri, content: 'changed' })
    await vi.waitFor(() => expect(stayer.received).toEqual([lastUri]))
    // An unexpected notification would arrive before the notification of this later change.
    await ender.session.resources.subscribe({ pattern: 'memory:///*' })
    await writer.resources.create({ resource: 'memory:///next', content: '' })
    await vi.waitFor(() => expect(ender.received).toEqual(['memory:///next']))
    expect(leaver.received).toEqual([])
  }, 30_000)
})

/**
 * Waits until all listeners receive changes, because the stream from another process opens in the
 * background.
 */
async function warmUp(
  writer: ResourcesSession,
  listeners: readonly { readonly received: readonly string[] }[],
): Promise<void> {
  await vi.waitFor(
    async () => {
      await writer.resources.update({ resource: lastUri, content: '' })
      expect(listeners.filter(({ received }) => received.length === 0)).toEqual([])
    },
    { timeout: 20_000, interval: 100 },
  )
  // Notifications of the attempts above have all arrived once the count no longer changes.
  let before = -1
  await vi.waitFor(
    () => {
      const now = listeners.reduce((sum, { received }) => sum + received.length, 0)
      const isQuiet = now === before
      before = now
      expect(isQuiet).toBe(true)
    },
    { interval: 200 },
  )
}
