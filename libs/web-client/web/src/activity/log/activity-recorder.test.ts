import type { ActivityEntry } from '@mcp/protocol/rest'
import { expect, it } from 'vitest'

import type { ActivityLog } from './activity-recorder.ts'
import { createActivityRecorder } from './activity-recorder.ts'

function entry(seq: number, changes: Partial<ActivityEntry> = {}): ActivityEntry {
  const at = new Date(seq).toISOString()
  return { seq, at, kind: 'request', id: `req-${seq}`, operation: 'add', from: 'page', ...changes }
}

function exchangesOf(log: ActivityLog) {
  const length = log.end() - log.first()
  return Array.from({ length }, (_, index) => log.at(log.first() + index))
}

it('joins a request and its response, also if others are between them', () => {
  const recorder = createActivityRecorder()
  recorder.add([entry(1), entry(2)])
  const response = { kind: 'response', id: 'req-1', status: 'success', durationMs: 7 } as const
  recorder.add([entry(3, response)])
  expect(exchangesOf(recorder)).toMatchObject([
    { id: 'req-1', kind: 'request', status: 'success', durationMs: 7, entries: [1, 3] },
    { id: 'req-2', entries: [2] },
  ])
})

it('joins a request and what belongs to it, without another status', () => {
  const recorder = createActivityRecorder()
  const asked = { requestId: 'req-1', message: 'Delete it?' }
  recorder.add([
    entry(1),
    entry(2, {
      kind: 'interaction',
      id: 'int-1',
      status: 'required',
      preview: JSON.stringify(asked),
    }),
    entry(3, { kind: 'interaction', id: 'int-1', status: 'accept', from: 'user' }),
    entry(4, { kind: 'notification', id: 'n-1', preview: '{"requestId":"req-1","done":1}' }),
    entry(5, { kind: 'notification', id: 'n-2', preview: '{"requestId":"req-9"}' }),
  ])
  expect(exchangesOf(recorder)).toMatchObject([
    { id: 'req-1', status: undefined, from: 'page', entries: [1, 2, 3, 4], entryCount: 4 },
    { id: 'n-2', kind: 'notification', entries: [5] },
  ])
})

it('shows nothing twice, and gaps as gaps', () => {
  const recorder = createActivityRecorder()
  expect(recorder.add([entry(1), entry(2), entry(2)])).toBe(true)
  expect(recorder.add([entry(1), entry(2)])).toBe(false)
  recorder.add([entry(9)])
  expect(exchangesOf(recorder).map((each) => [each?.kind, each?.seq])).toEqual([
    ['request', 1],
    ['request', 2],
    ['gap', 9],
    ['request', 9],
  ])
  expect(recorder.find(9)).toMatchObject({ kind: 'request' })
  recorder.clear()
  recorder.add([entry(9), entry(10)])
  expect(exchangesOf(recorder).map((each) => each?.seq)).toEqual([10])
})

it('begins again after a restart, and finds the new exchange of a position', () => {
  const recorder = createActivityRecorder()
  recorder.add([entry(1), entry(2)])
  const [before] = exchangesOf(recorder)
  recorder.restart(new Date(0).toISOString())
  recorder.add([entry(1, { id: 'req-new' })])
  expect(exchangesOf(recorder).map((each) => each?.kind)).toEqual([
    'request',
    'request',
    'gap',
    'request',
  ])
  const found = recorder.find(1)
  expect(found).toMatchObject({ id: 'req-new' })
  expect([before, found].map((each) => each && recorder.isReadable(each))).toEqual([false, true])
})

it('leaves a copy unchanged', () => {
  const recorder = createActivityRecorder()
  recorder.add([entry(1)])
  const copy = recorder.copy()
  recorder.add([entry(2), entry(3, { kind: 'response', id: 'req-1', status: 'success' })])
  expect(exchangesOf(copy)).toMatchObject([{ id: 'req-1', status: undefined }])
  recorder.clear()
  expect(exchangesOf(copy)).toHaveLength(1)
})

it('limits the exchanges, the texts and the positions of one exchange', () => {
  const recorder = createActivityRecorder({ maxExchanges: 100, maxTextLength: 10_000 })
  for (let seq = 1; seq <= 1000; seq++) recorder.add([entry(seq)])
  expect(recorder.end() - recorder.first()).toBeLessThanOrEqual(100)
  expect(recorder.at(recorder.end() - 1)).toMatchObject({ seq: 1000 })
  const preview = 'x'.repeat(4096)
  for (let seq = 1001; seq <= 1100; seq++) recorder.add([entry(seq, { preview })])
  const texts = exchangesOf(recorder).map((each) => each?.text.length ?? 0)
  expect(texts.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(10_000)
  for (let seq = 1101; seq <= 2000; seq++) recorder.add([entry(seq, { id: 'req-1100' })])
  const last = recorder.at(recorder.end() - 1)
  expect(last).toMatchObject({ entryCount: 901 })
  expect(last?.entries.length).toBeLessThanOrEqual(100)
  expect([last?.entries[0], last?.entries.at(-1)]).toEqual([1100, 2000])
})
