import { expect, it } from 'vitest'

import type { EndpointResponse } from './endpoint.ts'
import { newCursor, readMessages } from './read-messages.ts'

function streamOf(text: string, chunkBytes = 7): EndpointResponse {
  const bytes = Buffer.from(text)
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  return {
    status: 200,
    header: () => 'text/event-stream',
    body: chunks(),
    discard: async () => {},
  }
}

async function read(text: string, maxBytes?: number, chunkBytes?: number) {
  const cursor = newCursor()
  const messages: string[] = []
  const onMessage = async (message: string) => void messages.push(message)
  await readMessages(streamOf(text, chunkBytes), cursor, onMessage, maxBytes)
  return { cursor, messages }
}

it.each(['a', 'ä', '語', '😀'])('limits a message of a stream in bytes: %s', async (character) => {
  const large = character.repeat(200)
  const maxBytes = Buffer.byteLength(large)
  await expect(read(`data: ${large}\n\n`, maxBytes - 1)).rejects.toMatchObject({
    code: 'payload-too-large',
    message: `A response exceeds ${maxBytes - 1} bytes.`,
  })
  const { messages } = await read(`data: ${large}\n\n`, maxBytes + 20)
  expect(messages).toEqual([large])
})

it.each([1, 2, 7, 1000])('decodes characters in chunks of %i bytes', async (chunkBytes) => {
  const text = 'id: ä-1\ndata: Grüße 語 😀\n\n'
  const { cursor, messages } = await read(text, undefined, chunkBytes)
  expect(messages).toEqual(['Grüße 語 😀'])
  expect(cursor.lastEventId).toBe('ä-1')
})

it('ignores a byte order mark', async () => {
  expect((await read('\uFEFFdata: 1\n\n')).messages).toEqual(['1'])
})
