import { expect, it } from 'vitest'

import { createJoinedWriter } from './joined-writer.ts'

/** A response that sends a write when `send` is called. */
function createSlowResponse() {
  const written: Buffer[] = []
  const waiting: (() => void)[] = []
  const response = {
    destroyed: false,
    writableLength: 0,
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
