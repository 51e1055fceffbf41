import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, get, request } from 'node:http'

import { createParser } from 'eventsource-parser'

import type { LoadOptions } from '../load.ts'

/** A load of `tools/call` on a server that sends its responses over one event stream (HTTP+SSE). */
export interface SseLoad {
  /** Keeps one call per connection in flight. See `applyLoad`. */
  readonly apply: (
    options: Pick<LoadOptions, 'connections' | 'forMs'>,
  ) => Promise<{ requestsPerSecond: number }>
  readonly close: () => void
}

const host = '127.0.0.1'
const maxStartMs = 30_000

/**
 * Opens the stream. Tries again while the gateway refuses the stream because it is still starting its
 * servers.
 */
async function openStream(port: number, path: string): Promise<IncomingMessage> {
  const until = performance.now() + maxStartMs
  while (performance.now() < until) {
    const opened = Promise.withResolvers<IncomingMessage>()
    const headers = { accept: 'text/event-stream' }
    get({ port, path, host, headers }, opened.resolve).on('error', opened.reject)
    const stream = await opened.promise
    if (stream.statusCode === 200) return stream
    stream.destroy()
    await new Promise((again) => setTimeout(again, 50))
  }
  throw new Error(`Port ${port} opened no event stream within 30 seconds.`)
}

/** Opens the stream, and initializes the session. */
export async function openSseLoad(port: number, path: string, params: object): Promise<SseLoad> {
  const agent = new Agent({ keepAlive: true })
  const waiting = new Map<number, (data: string) => void>()
  const endpoint = Promise.withResolvers<string>()
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === 'endpoint') return endpoint.resolve(data)
      const id = Number(/"id":(\d+)/.exec(data)?.[1])
      waiting.get(id)?.(data)
      waiting.delete(id)
    },
  })
  const stream = await openStream(port, path)
  stream.setEncoding('utf8').on('data', (text: string) => parser.feed(text))
  const messages = await endpoint.promise
  let id = 0

  async function post(message: object): Promise<void> {
    const options = { agent, port, path: messages, host, method: 'POST' }
    const headers = { 'content-type': 'application/json' }
    const sent = request({ ...options, headers }).end(
      JSON.stringify({ jsonrpc: '2.0', ...message }),
    )
    const [accepted] = await once(sent, 'response')
    accepted.resume()
    await once(accepted, 'end')
  }

  async function call(method: string, content: object): Promise<string> {
    const responded = Promise.withResolvers<string>()
    const own = ++id
    waiting.set(own, responded.resolve)
    await post({ id: own, method, params: content })
    return responded.promise
  }

  async function keepCalling(until: number): Promise<number> {
    let count = 0
    for (; performance.now() < until; count++) {
      const data = await call('tools/call', params)
      if (!data.includes('"text":"5"')) throw new Error(`expected the text 5, got:\n${data}`)
    }
    return count
  }

  const clientInfo = { name: 'benchmark', version: '1.0.0' }
  await call('initialize', { protocolVersion: '2025-03-26', capabilities: {}, clientInfo })
  await post({ method: 'notifications/initialized' })
  // The gateway knows the tool only after its server has started.
  const until = performance.now() + maxStartMs
  while (!(await call('tools/call', params)).includes('"text":"5"')) {
    if (performance.now() > until) throw new Error('The tool was not offered within 30 seconds.')
    await new Promise((again) => setTimeout(again, 50))
  }
  return {
    async apply({ connections, forMs }) {
      const started = performance.now()
      const until = started + forMs
      const callers = Array.from({ length: connections }, () => keepCalling(until))
      const counts = await Promise.all(callers)
      const total = counts.reduce((sum, count) => sum + count, 0)
      return { requestsPerSecond: (total * 1000) / (performance.now() - started) }
    },
    close() {
      stream.destroy()
      agent.destroy()
    },
  }
}
