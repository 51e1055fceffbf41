import { openSession } from './open-session.ts'
import { openStreams } from './open-streams.ts'
import { startSide } from './side.ts'

/**
 * Memory that a stalled reader costs, in bytes of heap and buffers after a collection. Not resident
 * memory: the garbage of 20,000 events is larger there than what any reader costs.
 */
export async function measureStalledReader(events: number): Promise<number> {
  const side = await startSide('session-manager')
  try {
    const path = `${await openSession(side.port)}/events`
    const reading = await openStreams(side.port, [path])
    // Fills the log first: it is bounded, and not a cost of the reader.
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
