import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { IncomingMessage } from 'node:http'

import { expect, it, onTestFinished } from 'vitest'

import { createJoinedWriter } from './joined-writer.ts'

/** A response that sends a write when `send` is called. */
function createSlowResponse() {
  const written: Buffer[] = []
  const waiting: (() => void)[] = []
  const response = {
    destroyed: false,
    writableLength: 0,
    socket: null,
    write(bytes: Uint8Array, ...rest: unknown[]) {
      const callback = rest.at(-1)
      written.push(Buffer.from(bytes))
      response.writableLength += bytes.byteLength
      waiting.push(() => {
        response.writableLength -= bytes.byteLength
        if (typeof callback === 'function') callback()
      })
      return true
    },
  }
  return {
    response,
    written,
    send: () => {
      for (const each of waiting.splice(0)) each()
    },
  }
}

it('joins the pieces that cannot be sent yet', () => {
  const { response, written, send } = createSlowResponse()
  const { write } = createJoinedWriter(response)
  expect(write(Buffer.from('first'))).toBe(5)
  for (let index = 0; index < 10_000; index++) write(Buffer.from('piece'))
  expect(write(Buffer.from('last'))).toBe(50_009)
  expect(written).toHaveLength(1)
  send()
  expect(written).toHaveLength(5)
  send()
  expect(Buffer.concat(written).toString()).toBe(`first${'piece'.repeat(10_000)}last`)
  expect(write(Buffer.from('direct'))).toBe(6)
  expect(written.at(-1)?.toString()).toBe('direct')
})

it('keeps the order of small and large pieces', () => {
  const { response, written, send } = createSlowResponse()
  const { write, flush } = createJoinedWriter(response)
  const pieces = ['a', 'b', 'c'.repeat(100_000), 'd', 'e'.repeat(16_384), 'f'.repeat(16_383), 'g']
  for (const piece of pieces) write(Buffer.from(piece))
  flush()
  send()
  expect(Buffer.concat(written).toString()).toBe(pieces.join(''))
})

it('writes nothing to a connection that is closed', () => {
  const { response, written, send } = createSlowResponse()
  const { write, flush } = createJoinedWriter(response)
  write(Buffer.from('first'))
  write(Buffer.from('second'))
  response.destroyed = true
  send()
  flush()
  expect(write(Buffer.from('third'))).toBe(0)
  expect(written).toHaveLength(1)
})

/** Starts a server that writes small pieces in one turn of the event loop, and requests its response. */
async function writeInOneTurn(pieces: number) {
  const piece = Buffer.alloc(300, 'x')
  let maxQueuedBytes = 0
  const server = createServer((_, response) => {
    const { write, flush } = createJoinedWriter(response)
    for (let index = 0; index < pieces; index++) {
      maxQueuedBytes = Math.max(maxQueuedBytes, write(piece))
    }
    flush()
    response.end()
  })
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const response = await new Promise<IncomingMessage>((resolve) => {
    get({ host: '127.0.0.1', port }, resolve)
  })
  let receivedBytes = 0
  for await (const chunk of response) receivedBytes += Buffer.from(chunk).byteLength
  return { maxQueuedBytes, receivedBytes, sentBytes: pieces * piece.byteLength }
}

it('queues few of the bytes that are written in one turn while the system takes them', async () => {
  const { maxQueuedBytes, receivedBytes, sentBytes } = await writeInOneTurn(5000)
  expect(receivedBytes).toBe(sentBytes)
  expect(maxQueuedBytes).toBeLessThan(100 * 1024)
})

it('sends all that is written in one turn, even if the system does not take it at once', async () => {
  const { receivedBytes, sentBytes } = await writeInOneTurn(50_000)
  expect(receivedBytes).toBe(sentBytes)
})
