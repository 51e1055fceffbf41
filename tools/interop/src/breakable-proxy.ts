import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'

import type { Listening } from './listening.ts'
import { listenOnFreePort } from './listening.ts'

/** A TCP proxy in front of a port. A test can break its connections. */
export interface BreakableProxy extends Listening {
  /** Breaks all open connections. Later connections are forwarded. */
  cut(): void
}

/** Starts a proxy in front of a port of this machine. */
export async function startBreakableProxy(port: number): Promise<BreakableProxy> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      // Errors are ignored, because the test breaks connections on purpose.
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  const own = await listenOnFreePort(server)
  const cut = (): void => {
    for (const socket of Array.from(sockets)) socket.resetAndDestroy()
  }

  return {
    url: `http://127.0.0.1:${own}`,
    port: own,
    cut,
    async [Symbol.asyncDispose]() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}
