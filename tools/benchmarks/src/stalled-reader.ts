import { openSession } from './open-session.ts'
import { openStreams } from './open-streams.ts'
import { startSide } from './side.ts'

/** The memory of several readers is measured, because the server's own changes by up to 200 KiB. */
const readers = 20

/**
 * Measures the memory of a stalled reader, in bytes of heap and buffers after a garbage collection.
 * Resident memory is not useful here, because it includes the garbage of 20,000 events.
 */
export async function measureStalledReader(events: number): Promise<number> {
  const side = await startSide('session-manager')
  try {
    const path = `${await openSession(side.port)}/events`
    const reading = await openStreams(side.port, [path])
    // The event log is filled first, so that its memory does not count as memory of the reader.
    await side.order('publish', events)
    await reading.received(events)
    await side.collect()
    const before = await side.usage()

    const stalled = await openStreams(
      side.port,
      Array.from({ length: readers }, () => path),
    )
    stalled.stall()
    await side.order('publish', events)
    await reading.received(2 * events)
    await side.collect()
    const after = await side.usage()
    reading.close()
    stalled.close()
    return Math.max(0, after.heapBytes - before.heapBytes) / readers
  } finally {
    await side.stop()
  }
}
