import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { connect } from 'node:net'

import { createManualClock } from '@mcp/protocol/testing'
import { expect, it, onTestFinished, vi } from 'vitest'

import { createUnreadResponses } from './unread-responses.ts'

const mebibyte = 1024 * 1024

/** Starts a server whose responses have as many MiB as the path says. */
async function start(maxBytes: number) {
  const clock = createManualClock()
  const unread = createUnreadResponses({ maxBytes, clock })
  const onClosed = vi.fn<() => void>()
  const server = createServer((request, response) => {
    unread.check()
    response.end(Buffer.alloc(Number(request.url?.slice(1)) * mebibyte))
  })
  const sockets: Socket[] = []
  server.on('connection', (socket) => {
    sockets.push(socket)
    unread.add(socket, onClosed)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? Number(address?.port) : 0
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const open = (sizeMb: number) => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    socket.write(`GET /${sizeMb} HTTP/1.1\r\nhost: a\r\n\r\n`)
    onTestFinished(() => void socket.destroy())
    return socket
  }
  return { clock, onClosed, sockets, open }
}

const unreadBytes = (sockets: readonly Socket[]): number =>
  sockets.reduce((sum, { writableLength }) => sum + writableLength, 0)

it('closes the connections with the largest responses that are not read', async () => {
  const { clock, onClosed, sockets, open } = await start(40 * mebibyte)
  // A connection without a listener for its data does not read.
  for (const sizeMb of [8, 64, 8, 64]) open(sizeMb)
  await vi.waitFor(() => expect(unreadBytes(sockets)).toBeGreaterThan(100 * mebibyte))
  clock.advance(1000)
  await vi.waitFor(() => expect(sockets.filter(({ destroyed }) => destroyed)).toHaveLength(2))
  expect(onClosed).toHaveBeenCalledTimes(2)
  expect(unreadBytes(sockets.filter(({ destroyed }) => !destroyed))).toBeLessThan(40 * mebibyte)
})

it('leaves connections that read, whatever they receive', async () => {
  const { clock, onClosed, open } = await start(8 * mebibyte)
  for (let round = 0; round < 5; round++) {
    const socket = open(16)
    let received = 0
    socket.on('data', ({ byteLength }: Buffer) => (received += byteLength))
    await vi.waitFor(() => expect(received).toBeGreaterThan(16 * mebibyte))
    socket.destroy()
    clock.advance(1000)
  }
  expect(onClosed).not.toHaveBeenCalled()
})
