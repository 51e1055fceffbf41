import type { ServerResponse } from 'node:http'

import { afterEach, expect, it, vi } from 'vitest'

import type { Respond } from '../../fixtures/completions-server.ts'
import {
  chunk,
  closeCompletionsServers,
  events,
  startCompletionsServer,
} from '../../fixtures/completions-server.ts'
import { collect, failure } from '../../fixtures/results.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible-provider.ts'
import { defaultResponseLimits } from './read-chunks.ts'

afterEach(closeCompletionsServers)

const hello = { messages: [{ role: 'user', content: 'Hello' }] } as const
const gigabyte = 1024 ** 3
const mebibyte = 1024 ** 2

/** Sends `start`, then `filler` until a gigabyte is sent or the connection closes. Counts the bytes. */
function endless(status: number, start: string, filler: string) {
  const block = Buffer.from(filler.repeat(Math.ceil(65_536 / filler.length)))
  let sent = 0
  const write = (response: ServerResponse): void => {
    while (sent < gigabyte && !response.destroyed) {
      sent += block.length
      if (!response.write(block)) {
        response.once('drain', () => write(response))
        return
      }
    }
    response.end()
  }
  const respond: Respond = (response) => {
    response.writeHead(status)
    response.write(start)
    write(response)
  }
  return { respond, sentBytes: () => sent }
}

// The sockets and the decompression of `fetch` buffer some data in addition.
const bufferBytes = 32 * mebibyte
const { document, event, stream } = defaultResponseLimits

it.each([
  ['a document', 200, '{"choices":[{"message":{"content":"', 'x', document],
  ['a document of many values', 200, '{"choices":[', '[],', document],
  ['a document after white space', 200, ' ', ' ', document],
  ['an event', 200, 'data: {"choices":[{"delta":{"content":"', 'x', event],
  ['an event of many lines', 200, '', 'data: x\n', event],
  ['a stream of small events', 200, '', events(chunk({ content: 'x'.repeat(5000) })), stream],
  ['a stream of comments', 200, '', ': ping\n\n', stream],
  ['a page', 200, '<html>', 'x', event],
  ['the body of an error', 500, '{"error":{"message":"', 'x', 64 * 1024],
])('reads a bounded part of %s of a gigabyte', async (_name, status, start, filler, max) => {
  for (const isStreamed of [false, true]) {
    const { respond, sentBytes } = endless(status, start, filler)
    const { url } = await startCompletionsServer(respond)
    const provider = createOpenAiCompatibleProvider({ url, model: 'small' })
    const before = process.memoryUsage()
    const error = await failure(
      isStreamed ? collect(provider.stream(hello)) : provider.generate(hello),
    )
    const after = process.memoryUsage()
    expect(error).toMatchObject({ code: 'upstream-error' })
    expect(error.message.length).toBeLessThan(700)
    expect(error.message).toMatch(status === 200 ? /exceeds|not a completion/ : /HTTP 500/)
    expect(sentBytes()).toBeLessThan(max + bufferBytes)
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(256 * mebibyte)
  }
})

it('reads a bounded part of a list of models', async () => {
  const { respond, sentBytes } = endless(200, '{"data":[', '{"id":"small"},')
  const { url } = await startCompletionsServer(respond)
  const provider = createOpenAiCompatibleProvider({ url })
  expect((await failure(Promise.resolve(provider.listModels()))).message).toContain('exceeds')
  expect(sentBytes()).toBeLessThan(document + bufferBytes)
})

it('throws nothing outside of the call, wherever a connection breaks', async () => {
  const uncaught = vi.fn<(error: unknown) => void>()
  process.on('uncaughtException', uncaught).on('unhandledRejection', uncaught)
  const whole = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${events(chunk({ content: 'Hello' }))}`
  try {
    for (let at = 0; at < whole.length; at += 7) {
      const { url } = await startCompletionsServer((_response, request) => {
        request.socket.write(whole.slice(0, at))
        request.socket.destroy()
      })
      const provider = createOpenAiCompatibleProvider({ url, model: 'small' })
      for (const work of [provider.generate(hello), collect(provider.stream(hello))]) {
        expect(['unavailable', 'upstream-error']).toContain((await failure(work)).code)
      }
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(uncaught).not.toHaveBeenCalled()
  } finally {
    process.off('uncaughtException', uncaught).off('unhandledRejection', uncaught)
  }
})
