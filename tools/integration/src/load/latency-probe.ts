import { isRecord } from '@mcp/protocol'

import { calculation } from '../http.ts'

// Run by a test: makes requests one after the other as one caller, and prints how long they took.
const [, , url = '', token = '', seconds = '1'] = process.argv
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
const pauseMs = 5

const opened = await fetch(`${url}/sessions`, { method: 'POST', headers, body: '{}' })
const created: unknown = await opened.json()
const session = `${url}/sessions/${isRecord(created) ? String(created['sessionId']) : ''}`

const durations: number[] = []
const failures: string[] = []
const until = performance.now() + Number(seconds) * 1000
for (let round = 0; performance.now() < until; round++) {
  const startedAt = performance.now()
  try {
    // Half of the requests are recorded, because they have an id.
    const id = round % 2 === 0 ? { id: `probe-${round}` } : {}
    const body = JSON.stringify({ ...id, ...calculation('add', round, 1) })
    const response = await fetch(`${session}/requests`, { method: 'POST', headers, body })
    const text = await response.text()
    if (response.status !== 200) failures.push(`${response.status} ${text.slice(0, 200)}`)
  } catch (error) {
    failures.push(String(error))
  }
  durations.push(performance.now() - startedAt)
  await new Promise((next) => setTimeout(next, pauseMs))
}
const sorted = durations.toSorted((left, right) => left - right)
const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]
console.log(
  JSON.stringify({ count: sorted.length, failures, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }),
)
