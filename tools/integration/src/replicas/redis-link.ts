import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'

/** The network between one session manager and Redis. */
export interface RedisLink {
  readonly port: number
  /** Breaks all connections, and refuses new ones for a time. */
  cut(ms: number): Promise<void>
  /** Holds all bytes of both directions back for a time, as a network that drops packets does. */
  hold(ms: number): Promise<void>
  close(): Promise<void>
}

/** Listens on a free port, and passes each connection on to Redis. */
export async function startRedisLink(redisPort: number): Promise<RedisLink> {
  const sockets = new Set<Socket>()
  let state: 'open' | 'cut' | 'held' = 'open'

  function add(socket: Socket): Socket {
    sockets.add(socket)
    // The other socket of the pair reports the end to its program.
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    if (state === 'held') socket.pause()
    return socket
  }

  const server = createServer((socket) => {
    if (state === 'cut') {
      socket.destroy()
      return
    }
    const client = add(socket)
    const redis = add(connect(redisPort, '127.0.0.1'))
    for (const [from, to] of [
      [client, redis],
      [redis, client],
    ] as const) {
      from.setNoDelay(true)
      from.on('data', (bytes) => to.write(bytes))
      from.on('close', () => to.destroy())
      if (state === 'held') from.pause()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port could be opened')

  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  return {
    port: address.port,
    async cut(ms) {
      state = 'cut'
      destroyAll()
      await wait(ms)
      state = 'open'
    },
    async hold(ms) {
      state = 'held'
      for (const socket of sockets) socket.pause()
      await wait(ms)
      state = 'open'
      for (const socket of sockets) socket.resume()
    },
    async close() {
      destroyAll()
      server.close()
      await once(server, 'close')
    },
  }
}
