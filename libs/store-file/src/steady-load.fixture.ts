import { statSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

import { createFileStores } from './file-stores.ts'

// Run by a test: records requests at a steady rate, and prints how long they took, in milliseconds.
const [, , file = '', maxJournalBytes, seconds, ratePerSecond] = process.argv
const stores = createFileStores(file, {
  maxJournalBytes: Number(maxJournalBytes),
  flushMs: 100,
})
const at = Date.now()
const session = { id: 'a', clientId: 'a', owner: undefined, metadata: '{}', createdAt: at }
await stores.sessions.create({ ...session, ttlMs: 60_000_000 })
const durations: number[] = []
const body = 'x'.repeat(1000)
let number = 0

async function record(): Promise<void> {
  const requestId = `r-${number++}`
  const startedAt = performance.now()
  await stores.responses.claim('a', { requestId, fingerprint: 1, at, rerunLost: false })
  await stores.responses.settle('a', { requestId, ticket: 'file' }, at, { status: 200, body })
  durations.push(performance.now() - startedAt)
}

const delay = monitorEventLoopDelay({ resolution: 1 })
const total = Number(seconds) * Number(ratePerSecond)
const recording: Promise<void>[] = []
let maxJournal = 0
const startedAt = performance.now()
delay.enable()
while (recording.length < total) {
  const due = ((performance.now() - startedAt) * Number(ratePerSecond)) / 1000
  while (recording.length < Math.min(due, total)) recording.push(record())
  maxJournal = Math.max(maxJournal, statSync(`${file}-wal`).size)
  await new Promise((next) => setTimeout(next, 1))
}
await Promise.all(recording)
delay.disable()
const sorted = durations.toSorted((left, right) => left - right)
console.log(
  JSON.stringify({
    p99Ms: sorted[Math.floor(sorted.length * 0.99)],
    maxLoopDelayMs: delay.max / 1e6,
    journalBytes: statSync(`${file}-wal`).size,
    maxJournalBytes: maxJournal,
  }),
)
await stores.close()
