import { expect, it } from 'vitest'

import { limitMessages } from './limit-messages.ts'

const mebibyte = 1024 * 1024

/** Reads a response through the limit, and returns its number of bytes or the message of its error. */
async function read(
  type: string,
  chunks: Iterable<string>,
): Promise<{ read: number; error?: string }> {
  const encoder = new TextEncoder()
  const iterator = chunks[Symbol.iterator]()
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = iterator.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
  })
  const fetchResponse = limitMessages(
    async () => new Response(body, { headers: { 'content-type': type } }),
  )
  const response = await fetchResponse('https://example.com/mcp')
  let count = 0
  try {
    for await (const chunk of response.body ?? []) count += chunk.length
    return { read: count }
  } catch (thrown) {
    return { read: count, error: String(thrown) }
  }
}

function* repeat(chunk: string, bytes: number): Generator<string> {
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk
}

const stream = 'text/event-stream'
const tooLarge = expect.stringContaining('more than 4194304 bytes')
const line = `data: ${'x'.repeat(1000)}`

it.each([
  ['a body', 'application/json', 'x'.repeat(1000)],
  ['one line', stream, 'x'.repeat(1000)],
  ['an event of many lines', stream, `${line}\n`],
  ['an event of many lines that end with CR and LF', stream, `${line}\r\n`],
  ['an event of many lines that end with CR', stream, `${line}\r`],
  ['an event of many short lines', stream, 'data:\n'.repeat(1000)],
])('refuses %s of more than 4 MiB', async (_name, type, chunk) => {
  const result = await read(type, repeat(chunk, 8 * mebibyte))
  expect(result.error).toEqual(tooLarge)
  expect(result.read).toBeLessThanOrEqual(6 * mebibyte)
})

it.each(['\n', '\r\n', '\r'])(
  'reads a stream of many events whose lines end with %j',
  async (end) => {
    const event = `event: message${end}${line}${end}${end}`
    const text = event.repeat(Math.ceil((9 * mebibyte) / event.length))
    for (const size of [997, 70_000]) {
      const chunks = []
      for (let at = 0; at < text.length; at += size) chunks.push(text.slice(at, at + size))
      expect(await read('Text/Event-Stream; charset=utf-8', chunks)).toEqual({ read: text.length })
    }
  },
)

it('refuses an event in a chunk that also ends it', async () => {
  const result = await read(stream, [`${`${line}\n`.repeat(5000)}\n`])
  expect(result.error).toEqual(tooLarge)
})
