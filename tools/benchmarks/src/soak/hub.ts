import { parseArgs } from 'node:util'

import { startHub } from '../app-side.ts'
import type { LoadBody } from '../load.ts'
import { addition, applyLoad } from '../load.ts'
import { openSession } from '../open-session.ts'
import { openStreams } from '../open-streams.ts'
import { clearing } from '../request-path.ts'

/**
 * Checks that the resident memory of the hub, as `npm start` runs it, does not grow over 500,000 requests,
 * or 20,000 with `--quick`: read-only ones, recorded ones and notifications, in sessions that stay open.
 * The first fifth is the warm-up.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const total = values.quick ? 20_000 : 500_000
const maxGrowthPer100k = 2 * 1024 * 1024

const hub = await startHub()
try {
  const session = await openSession(hub.port)
  await openStreams(hub.port, [`${session}/events`])
  const read = { path: `${session}/requests`, body: addition, expected: '"result":5', status: 200 }
  const record = { ...read, body: clearing, expected: '"cleared":0' }
  const note: LoadBody = { type: 'benchmark-note', data: { text: 'x'.repeat(100) } }
  const notify = {
    path: `${session}/notifications`,
    body: note,
    expected: '"accepted"',
    status: 202,
  }

  let requests = 0
  let warm: { requests: number; rssBytes: number } | undefined
  while (requests < total) {
    for (const load of [read, record, notify]) {
      const forMs = values.quick ? 300 : 2000
      const options = { ...load, port: hub.port, connections: 16, forMs, spins: false }
      const { requestsPerSecond } = await applyLoad(options)
      requests += (requestsPerSecond * forMs) / 1000
    }
    await hub.collect()
    const { rssBytes } = await hub.usage()
    if (requests >= total / 5) warm ??= { requests, rssBytes }
    console.log(`${Math.round(requests)} requests: ${mebibytes(rssBytes)} MiB resident`)
  }
  await hub.collect()
  const { rssBytes } = await hub.usage()
  const since = warm ?? { requests: 0, rssBytes }
  const growth = ((rssBytes - since.rssBytes) / Math.max(1, requests - since.requests)) * 100_000
  const isFlat = values.quick || growth <= maxGrowthPer100k
  console.log(
    `${mebibytes(growth)} MiB per 100,000 requests since ${Math.round(since.requests)}: ${isFlat ? 'flat' : 'it grows'}`,
  )
  if (!isFlat) process.exitCode = 1
} finally {
  await hub.stop()
}
process.exit()

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
