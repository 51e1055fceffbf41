import type { Socket } from 'node:net'
import { connect } from 'node:net'

/** Many open event streams. All of them are read immediately until they stall. */
export interface OpenStreams {
  /** Waits until every stream has received `each` events of the type `benchmark-note`. */
  received(each: number): Promise<void>
  /** Stops reading the streams, which stay open. */
  stall(): void
  close(): void
}

const marker = 'event: benchmark-note'

/** Opens a stream for each path, 250 at a time. Resolves when all streams have received data. */
export async function openStreams(port: number, paths: readonly string[]): Promise<OpenStreams> {
  const sockets: Socket[] = []
  const counts = new Uint32Array(paths.length)
  let expected = Number.POSITIVE_INFINITY
  let complete = 0
  let notify = (): void => {}

  const open = (path: string, index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      sockets.push(socket)
      let tail = ''
      socket.on('error', reject)
      socket.on('connect', () =>
        socket.write(
          `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: text/event-stream\r\n\r\n`,
        ),
      )
      socket.on('data', (chunk) => {
        resolve()
        const text = tail + chunk.toString('latin1')
        const found = text.split(marker).length - 1
        // The tail of a chunk is kept, so that a marker that is split across two chunks is found. The
        // tail starts after the last marker, so that no marker counts twice.
        const last = text.lastIndexOf(marker)
        const after = last === -1 ? 0 : last + marker.length
        tail = text.slice(Math.max(after, text.length - marker.length + 1))
        const before = counts[index] ?? 0
        counts[index] = before + found
        if (before < expected && before + found >= expected) complete++
        if (complete === paths.length) notify()
      })
    })

  const batch = 250
  for (let from = 0; from < paths.length; from += batch) {
    const some = paths.slice(from, from + batch)
    await Promise.all(some.map((path, offset) => open(path, from + offset)))
  }

  return {
    received(each) {
      expected = each
      complete = counts.filter((count) => count >= each).length
      if (complete === paths.length) return Promise.resolve()
      return new Promise((resolve) => {
        notify = resolve
      })
    },
    stall() {
      for (const socket of sockets) socket.pause()
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
