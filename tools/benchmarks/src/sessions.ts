import { startSide } from './side.ts'

export interface SessionFigures {
  readonly sessions: number
  /** Memory of one idle session, in bytes. */
  readonly bytesPerSession: number
  /** CPU time of one sweep in which nothing expires, in microseconds. */
  readonly sweepUs: number
}

/** Measures the memory of many idle sessions, and the time of sweeps in which no session expires. */
export async function measureSessions(count: number): Promise<SessionFigures> {
  const side = await startSide('sessions')
  try {
    await side.order('create', 1000)
    await side.collect()
    const before = await side.usage()
    await side.order('create', count)
    await side.collect()
    const after = await side.usage()
    await side.order('sweep', 10)
    const sweepUs = await side.order('sweep', 100)
    return {
      sessions: count,
      bytesPerSession: (after.heapBytes - before.heapBytes) / count,
      sweepUs,
    }
  } finally {
    await side.stop()
  }
}
