import { createDispatcher } from '@mcp/dispatcher'
import { listen } from '@mcp/node'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { createNotification } from '@mcp/protocol'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { afterEach, expect, it } from 'vitest'

import { createWebClient } from '../web-client.ts'

const cuts = 20
const rounds = 40
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function start() {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const sessionManager = createSessionManager({ dispatcher })
  const service = createWebClient({
    sessionManagerUrl: 'http://session-manager',
    fetch: (request) => sessionManager.fetch(request),
    llm: createOfflinePlanner(),
  })
  const { url, close } = await listen({ service, port: 0 })
  closing.push(
    () => dispatcher.close(),
    () => sessionManager.close(),
    () => close(),
  )
  const { sessionId } = await sessionManager.openSession()
  const headers = {
    'content-type': 'application/json',
    'x-mcp-owner': 'k'.repeat(43),
    'x-session-id': sessionId,
  }
  const post = async (path: string, body: unknown) =>
    (await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  const notify = (type: string, number: number) =>
    sessionManager.publish(sessionId, createNotification(type, { number }))
  return { url, headers, post, notify }
}

/** Returns pseudo-random integers from 1 to a maximum. */
function createRandom(seed: number): (maximum: number) => number {
  let state = seed
  return (maximum) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return 1 + (state % maximum)
  }
}

interface Watched {
  /** The received events, each with its source and number. */
  readonly seen: string[]
  readonly cuts: number
}

interface WatchOptions {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Number of bytes after which each connection is cut. */
  readonly cutAfter: readonly number[]
  readonly onOpen: () => void
}

/** Reads a stream until the last event of each source. Continues after each cut at the last position. */
async function watch({ url, headers, cutAfter, onOpen }: WatchOptions): Promise<Watched> {
  const seen: string[] = []
  const lasts = new Set<string>()
  let lastId: string | undefined
  let count = 0
  const onEvent = ({ id, event, data }: EventSourceMessage): void => {
    lastId = id ?? lastId
    const label = labelOf(event, data)
    if (label === undefined) return
    seen.push(label)
    if (label.endsWith('end')) lasts.add(label)
  }
  for (; lasts.size < 2; count++) {
    const connection = new AbortController()
    const resumed = lastId === undefined ? {} : { 'last-event-id': lastId }
    const response = await fetch(url, {
      headers: { ...headers, ...resumed },
      signal: connection.signal,
    })
    expect(response.status).toBe(200)
    const parser = createParser({ onEvent })
    const decoder = new TextDecoder()
    let left = cutAfter[count] ?? Number.POSITIVE_INFINITY
    for await (const bytes of response.body ?? []) {
      // Without positions of all sources, the next connection would begin with new events.
      const isCuttable = new URLSearchParams(lastId).size === 3
      const part = isCuttable ? bytes.subarray(0, left) : bytes
      parser.feed(decoder.decode(part, { stream: true }))
      if (new URLSearchParams(lastId).size === 3) onOpen()
      if (isCuttable) left -= bytes.length
      if (left <= 0 || lasts.size === 2) break
    }
    connection.abort()
  }
  return { seen, cuts: count - 1 }
}

function labelOf(event: string | undefined, json: string): string | undefined {
  const data = JSON.parse(json)
  if (event === 'runs') return `run ${data.seq}`
  if (event === 'activity' && data.seq !== undefined) {
    return `activity ${data.seq} ${data.operation === 'note-end' ? 'end' : ''}`
  }
  if (data.type === 'note-end') return 'note end'
  return data.type === 'note-added' ? `note ${data.data.number}` : undefined
}

it.each([1, 2, 3])(
  'shows two watchers each event once after 20 cuts each (seed %i)',
  async (seed) => {
    const { url, headers, post, notify } = await start()
    const { id } = await post('/conversations', {})
    const { runId } = await post(`/conversations/${id}/runs`, { prompt: 'add 2 and 3' })
    const random = createRandom(seed)
    const watching = [0, 1].map(() => {
      const { promise: opened, resolve: onOpen } = Promise.withResolvers<void>()
      const cutAfter = Array.from({ length: cuts }, () => random(1500))
      const path = `${url}/stream?session=1&activity=1&runs=${runId}`
      return { opened, watched: watch({ url: path, headers, cutAfter, onOpen }) }
    })
    await Promise.all(watching.map(({ opened }) => opened))
    const params = { a: 2, b: 3 }
    for (let round = 0; round < rounds; round++) {
      await notify('note-added', round)
      await post('/tools/execute', { tool: 'calculator', operation: 'add', params })
    }
    await notify('note-end', rounds)
    const [first, second] = await Promise.all(watching.map(({ watched }) => watched))
    expect(first?.cuts).toBe(cuts)
    expect(second?.cuts).toBe(cuts)
    const seen = first?.seen.toSorted() ?? []
    expect(second?.seen.toSorted()).toEqual(seen)
    expect(new Set(seen).size).toBe(seen.length)
    const count = (source: string) => seen.filter((label) => label.startsWith(source)).length
    expect(count('note ')).toBe(rounds + 1)
    // Each round has a notification, a request and a response.
    expect(count('activity ')).toBe(3 * rounds + 1)
    expect(count('run ')).toBeGreaterThan(3)
  },
)
