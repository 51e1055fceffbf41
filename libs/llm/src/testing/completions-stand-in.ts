import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'

import { parseJson } from '@mcp/protocol'

/** A request that arrived. */
export interface Seen {
  path: string
  authorization: string | undefined
  body: unknown
}
export type Answer = (response: ServerResponse, request: IncomingMessage) => void

const closers: (() => Promise<void>)[] = []

/** Stops what {@link standIn} started. */
export async function closeStandIns(): Promise<void> {
  for (const close of closers.splice(0)) await close()
}

/** A provider made for one test: it answers over a real socket, and keeps what it was sent. */
export async function standIn(answer: Answer): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      seen.push({
        path: request.url ?? '',
        authorization: request.headers.authorization,
        body: text === '' ? undefined : parseJson(text),
      })
      answer(response, request)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}/v1`, seen }
}

/** An answer of JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
}

/** Server-sent events, one for each chunk. */
export function events(...chunks: readonly unknown[]): string {
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')
}

/** A chat completion with that message. */
export function completion(message: Record<string, unknown>, finish_reason = 'stop') {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'small-2026',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
    usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 },
  }
}

/** One piece of a streamed chat completion. */
export function chunk(delta: Record<string, unknown>, finish_reason: string | null = null) {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'small-2026',
    choices: [{ index: 0, delta, finish_reason }],
  }
}
