import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** A TCP proxy in front of the hub that knows its event streams, and can cut them. */
export interface CuttingProxy {
  readonly url: string
  /** Number of event streams that are open. */
  openStreams(): number
  /** Number of event streams that were requested so far. */
  requestedStreams(): number
  /** Destroys the connections of all event streams. */
  cut(): void
  /** Destroys all connections, and refuses others until the returned function is called. */
  block(): () => void
  close(): Promise<void>
}

/** Starts a proxy in front of a port of this machine. */
export async function startProxy(target: string): Promise<CuttingProxy> {
  const port = Number(new URL(target).port)
  const sockets = new Set<Socket>()
  const streams = new Set<Socket>()
  let requested = 0
  let isBlocked = false

  /** Each request begins a packet, because a connection has one request at a time. */
  function readRequest(socket: Socket, packet: Buffer): void {
    const start = packet.subarray(0, 16).toString('latin1')
    if (!/^[A-Z]+ \//.test(start)) return
    streams.delete(socket)
    if (!start.startsWith('GET /stream?')) return
    requested++
    streams.add(socket)
  }

  const server = createServer((socket) => {
    if (isBlocked) {
      socket.destroy()
      return
    }
    const upstream = connect(port, '127.0.0.1')
    const end = (): void => {
      sockets.delete(socket)
      streams.delete(socket)
      socket.destroy()
      upstream.destroy()
    }
    sockets.add(socket)
    socket.on('data', (packet: Buffer) => readRequest(socket, packet))
    for (const each of [socket, upstream]) each.on('error', end).on('close', end)
    socket.pipe(upstream).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port could be opened')

  return {
    url: `http://127.0.0.1:${address.port}/`,
    openStreams: () => streams.size,
    requestedStreams: () => requested,
    cut() {
      for (const socket of streams) socket.destroy()
    },
    block() {
      isBlocked = true
      for (const socket of sockets) socket.destroy()
      return () => {
        isBlocked = false
      }
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
