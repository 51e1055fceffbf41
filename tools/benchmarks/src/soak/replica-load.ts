import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import { createClient } from '@mcp/client'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import * as z from 'zod'

import type { LoadCounts } from './session-load.ts'
import { createSessionLoad, pauseMs } from './session-load.ts'

export interface LoadOptions {
  /** URL of the session managers. */
  readonly url: string
  readonly clientUrl: string
  readonly clients: number
  /** Sessions that stay open until the end. */
  readonly residents: number
}

/**
 * Starts clients that open sessions with an event stream, make requests, approve calls and leave: every second
 * session is closed, the others expire. Some sessions stay open until the end, and conversations are created,
 * used and deleted. Returns the counts, and a function that ends the load.
 */
export function startLoad({ url, clientUrl, clients, residents }: LoadOptions) {
  const client = createClient({ url, retries: 20 })
  const ending = new AbortController()
  const { signal } = ending
  const counts: LoadCounts = {
    sessions: 0,
    requests: 0,
    interactions: 0,
    notifications: 0,
    runs: 0,
    failures: new Map(),
  }

  function countFailure(thrown: unknown): void {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    counts.failures.set(message, (counts.failures.get(message) ?? 0) + 1)
  }

  const sessions = createSessionLoad({ client, counts, signal, countFailure })

  async function converse(): Promise<void> {
    await runConversation(clientUrl)
    counts.runs++
    await delay(10 * pauseMs)
  }

  async function repeat(work: (number: number) => Promise<void>): Promise<void> {
    for (let number = 0; !signal.aborted; number++) {
      try {
        await work(number)
      } catch (thrown) {
        countFailure(thrown)
        await delay(10 * pauseMs)
      }
    }
  }

  const running = [
    ...Array.from({ length: clients }, () => repeat((number) => sessions.useBriefly(number))),
    ...Array.from({ length: residents }, () => repeat(() => sessions.useUntilEnd())),
    repeat(converse),
  ]
  return {
    counts,
    async end(): Promise<void> {
      ending.abort()
      await Promise.all(running)
    },
  }
}

/** The secret that names the owner of the conversations. */
const owner = randomBytes(32).toString('hex')

/** Creates a conversation, runs a prompt in it, reads the events of the run, and deletes it. */
async function runConversation(clientUrl: string): Promise<void> {
  const { id } = z.object({ id: z.string() }).parse(await post('/conversations', {}))
  const started = await post(`/conversations/${id}/runs`, { prompt: 'add 2 and 3' })
  const { runId } = z.object({ runId: z.string() }).parse(started)
  const events = await send('GET', `/runs/${runId}/events`)
  let last = ''
  const parsed = events.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
  for await (const { data } of parsed ?? []) last = data
  if (!last.includes('run-finished')) throw new Error(`A run ended with ${last.slice(0, 200)}.`)
  await send('DELETE', `/conversations/${id}`)

  async function send(method: string, path: string, body?: object): Promise<Response> {
    const headers = { 'x-mcp-owner': owner, 'content-type': 'application/json' }
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(clientUrl + path, { method, headers, ...content })
    if (!response.ok) throw new Error(`${method} ${path.split('/')[1]}: ${response.status}`)
    return response
  }

  async function post(path: string, body: object): Promise<unknown> {
    return (await send('POST', path, body)).json()
  }
}
