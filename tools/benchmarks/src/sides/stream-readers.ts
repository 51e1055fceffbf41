import { createServer } from 'node:http'

import { openSession } from '../open-session.ts'
import type { OpenStreams } from '../open-streams.ts'
import { openStreams } from '../open-streams.ts'
import { listenOnLoopback, serveSide } from './serve-side.ts'

/**
 * Reads event streams at the given port, each of its own session or of the path `/`. It runs in its own
 * process, because one process cannot open the sockets of both sides.
 */
const port = Number(process.argv[2])
const hasSessions = process.argv[3] === 'sessions'
const opened: OpenStreams[] = []
let paths: string[] = []

serveSide(await listenOnLoopback(createServer()), {
  // Creates the sessions for the streams that the command `open` opens.
  async prepare(count) {
    paths = []
    for (let index = 0; index < count; index++) {
      paths.push(hasSessions ? `${await openSession(port)}/events` : '/')
    }
    return count
  },
  async open() {
    opened.push(await openStreams(port, paths))
    return paths.length
  },
  // Waits until each stream of the last `open` has received `each` events.
  async received(each) {
    await opened.at(-1)?.received(each)
    return each
  },
})
