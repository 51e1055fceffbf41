import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { connect } from 'node:net'

import { isRecord } from '@mcp/protocol'
import { Agent, request } from 'undici'

// Run by a test: one caller sends everything that it can, until the time is over. Prints the number of
// responses by kind and status.
const [, , managerUrl = '', clientUrl = '', token = '', seconds = '1'] = process.argv
/** Set when everything is ready: on a busy machine, that takes as long as the flood. */
let until = performance.now() + Number(seconds) * 1000
const isOver = () => performance.now() >= until
/** Sessions expire soon after the end of the flood. */
const ttlMs = () => Math.max(1000, until - performance.now() + 3000)

const authorization = `Bearer ${token}`
const counts: Record<string, number> = {}
const count = (what: string) => (counts[what] = (counts[what] ?? 0) + 1)
const sockets = new Set<Socket>()
const sessions: string[] = []
const session = () => sessions[Math.floor(Math.random() * sessions.length)] ?? 'none'
const text = (length: number) => 'x'.repeat(length)

/** The agent of a kind of requests, so that those that wait do not hold up the others. */
const agents = new Map<string, Agent>()
function agentOf(kind: string): Agent {
  const agent = agents.get(kind) ?? new Agent({ pipelining: 1 })
  agents.set(kind, agent)
  return agent
}

interface Sent {
  readonly kind: string
  readonly url: string
  readonly body?: string | Uint8Array
  /** Time after which the caller disconnects, in milliseconds. Default: never. */
  readonly disconnectMs?: number
}

async function send({ kind, url, body, disconnectMs }: Sent): Promise<unknown> {
  try {
    const response = await request(url, {
      method: body === undefined ? 'GET' : 'POST',
      body: body ?? null,
      dispatcher: agentOf(kind),
      headers: { authorization, 'content-type': 'application/json' },
      signal: disconnectMs === undefined ? null : AbortSignal.timeout(disconnectMs),
    })
    count(`${kind} ${response.statusCode}`)
    return await response.body.json().catch(() => undefined)
  } catch (error) {
    count(`${kind} ${error instanceof Error ? error.name : 'failed'}`)
    return undefined
  }
}

const call = (kind: string, body: string | Uint8Array, disconnectMs?: number) =>
  send({
    kind,
    url: `${managerUrl}/sessions/${session()}/requests`,
    body,
    ...(disconnectMs !== undefined && { disconnectMs }),
  })
// The bodies are encoded once, so that sending them costs this process little.
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const tool = (name: string, operation: string, params: object, rest: object = {}) => ({
  type: 'tool-execution',
  payload: { tool: name, operation, params },
  ...rest,
})
const notification = encode({ type: 'note-added', data: { text: text(250_000) } })
const recorded = JSON.stringify(tool('textProcessor', 'toUpperCase', { text: text(60_000) }))
const large = encode(tool('textProcessor', 'toUpperCase', { text: text(3_900_000) }))
const metadata = { version: '1.0', source: 'flood', padding: text(3_900_000) }
const slow = encode(tool('calculator', 'evaluate', { expression: 'factorial(1e7)' }, { metadata }))
const sessionMetadata = { text: text(16_000) }
const content = text(3_000_000)
const messages = [{ role: 'user', content: text(60_000) }]
const valid = JSON.stringify(tool('calculator', 'add', { a: 1, b: 2 }))
const invalid = [
  '[['.repeat(50_000),
  JSON.stringify({ list: Array.from({ length: 60_000 }, () => ({})) }),
  `{"a":"${text(4_200_000)}"}`,
  '{"type":"tool-execution","payload":{"__proto__":{}}}',
  ...Array.from({ length: 20 }, (_, index) => valid.slice(0, -1 - 4 * index)),
]
const oneOf = <Item>(items: readonly Item[]) => items[Math.floor(Math.random() * items.length)]

/** Opens a connection that is never read, or whose request never ends. */
function hold(kind: string, head: string, pauseMs: number, part?: Uint8Array): Promise<void> {
  const { hostname, port, host } = new URL(managerUrl)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    sockets.add(socket)
    socket.once('error', () => count(`${kind} error`))
    socket.once('close', () => sockets.delete(socket))
    socket.once('data', (chunk: Buffer) => {
      count(`${kind} ${chunk.toString('latin1').slice(9, 12)}`)
      socket.pause()
    })
    socket.write(`${head} HTTP/1.1\r\nhost: ${host}\r\nauthorization: ${authorization}\r\n`)
    if (part === undefined) socket.write('accept: text/event-stream\r\n\r\n')
    else {
      const length = part.byteLength + 100_000
      socket.write(`content-type: application/json\r\ncontent-length: ${length}\r\n\r\n`)
      socket.write(part)
    }
    setTimeout(resolve, pauseMs)
  })
}

async function openSession(): Promise<void> {
  const body = JSON.stringify({ metadata: sessionMetadata, ttlMs: ttlMs() })
  const opened = await send({ kind: 'session', url: `${managerUrl}/sessions`, body })
  if (isRecord(opened) && typeof opened['sessionId'] === 'string')
    sessions.push(opened['sessionId'])
  if (sessions.length > 500) sessions.shift()
}

function upload(): Promise<unknown> {
  const payload = {
    operation: 'create',
    resource: `memory:///${randomUUID()}.txt`,
    params: { content },
  }
  return call('upload', JSON.stringify({ type: 'resource-access', payload }))
}

function subscribe(): Promise<unknown> {
  const params = { pattern: `file:///${randomUUID()}/**/*.csv` }
  const payload = { operation: 'subscribe', params }
  return call('subscription', JSON.stringify({ type: 'resource-access', payload }))
}

function createPrompt(): Promise<unknown> {
  const params = { message: 'A prompt.', messages }
  const payload = { prompt: `p-${randomUUID()}`, operation: 'create', params }
  return call('prompt', JSON.stringify({ type: 'prompt-template', payload }))
}

const events = (after: string) => `GET /sessions/${session()}/events?lastEventId=${after}`
const part = new Uint8Array(3_900_000)

/** All kinds of requests, each with the number of them that are sent at the same time. */
const kinds: readonly (readonly [number, () => Promise<unknown>])[] = [
  [2, openSession],
  [
    3,
    () =>
      send({
        kind: 'notification',
        url: `${managerUrl}/sessions/${session()}/notifications`,
        body: notification,
      }),
  ],
  [2, () => call('recorded', recorded.replace('{', `{"id":"${randomUUID()}",`))],
  [1, () => call('large', large)],
  [4, () => call('slow', slow, 1000)],
  [1, subscribe],
  [1, upload],
  [1, createPrompt],
  [
    1,
    () =>
      send({
        kind: 'conversation',
        url: `${clientUrl}/process`,
        body: '{"prompt":"What is 2 + 2?"}',
      }),
  ],
  [2, () => call('invalid', oneOf(invalid) ?? '')],
  [1, () => send({ kind: 'catalogue', url: `${managerUrl}/openapi.json` })],
  [1, () => send({ kind: 'list', url: `${managerUrl}/sessions?limit=1000` })],
  [1, () => hold('unread list', 'GET /sessions?limit=1000', 100)],
  [1, () => hold('stream', events(String(Date.now() * 64)), 20)],
  [1, () => hold('replay', events('1'), 20)],
  [1, () => hold('activity', `GET /sessions/${session()}/activity`, 100)],
  [1, () => hold('body', `POST /sessions/${session()}/requests`, 500, part)],
]

await openSession()
until = performance.now() + Number(seconds) * 1000
const running = kinds.flatMap(([workers, run]) =>
  Array.from({ length: workers }, async () => {
    while (!isOver()) await run()
  }),
)
// Requests that still wait for a response are cut off.
await Promise.race([
  Promise.all(running),
  new Promise((resolve) => setTimeout(resolve, until - performance.now())),
])
for (const socket of sockets) socket.destroy()
console.log(JSON.stringify(counts))
process.exit(0)
