import { openSession } from './open-session.ts'
import { openStreams } from './open-streams.ts'
import { startSide } from './side.ts'

/**
 * What a reader that stops reading costs, in bytes of heap and buffers after a collection. Not resident
 * memory: 20,000 events leave more garbage behind there than any reader could.
 */
export async function measureStalledReader(events: number): Promise<number> {
  const side = await startSide('session-manager')
  try {
    const path = `${await openSession(side.port)}/events`
    const reading = await openStreams(side.port, [path])
    // Fills the log first: it is bounded, and no cost of the reader's.
    await side.order('publish', events)
    await reading.received(events)
    await side.collect()
    const before = await side.usage()

    const stalled = await openStreams(side.port, [path])
    stalled.stall()
    await side.order('publish', events)
    await reading.received(2 * events)
    await side.collect()
    const after = await side.usage()
    reading.close()
    stalled.close()
    return Math.max(0, after.heapBytes - before.heapBytes)
  } finally {
    await side.stop()
  }
}
