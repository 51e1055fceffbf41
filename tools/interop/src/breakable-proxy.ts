import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'

import type { Listening } from './listening.ts'
import { listenOnFreePort } from './listening.ts'

/** A way to a port whose connections can be broken. */
export interface BreakableProxy extends Listening {
  /** Breaks every connection there is; later ones are carried as before. */
  cut(): void
}

/** Carries bytes to a port of this machine. */
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
      // A connection that breaks is what this is for.
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
