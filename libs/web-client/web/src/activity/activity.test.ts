import type { ActivityEntry } from '@mcp/protocol/rest'
import { expect, it } from 'vitest'

import { createActivityRecorder } from './exchange.ts'
import { parseFilter } from './filter.ts'

function entry(seq: number, changes: Partial<ActivityEntry> = {}): ActivityEntry {
  const at = new Date(seq).toISOString()
  return { seq, at, kind: 'request', id: `req-${seq}`, operation: 'add', from: 'page', ...changes }
}

it('joins a request and its response, also if others are between them', () => {
  const recorder = createActivityRecorder()
  recorder.add([entry(1), entry(2)])
  const response = { kind: 'response', id: 'req-1', status: 'success', durationMs: 7 } as const
  recorder.add([entry(3, response)])
  expect(recorder.log().exchanges).toMatchObject([
    { id: 'req-1', kind: 'request', status: 'success', durationMs: 7, entries: [1, 3] },
    { id: 'req-2', entries: [2] },
  ])
})

it('shows nothing twice, and gaps as gaps', () => {
  const recorder = createActivityRecorder()
  expect(recorder.add([entry(1), entry(2), entry(2)])).toBe(true)
  expect(recorder.add([entry(1), entry(2)])).toBe(false)
  recorder.add([entry(9)])
  expect(recorder.log().exchanges.map(({ kind, seq }) => [kind, seq])).toEqual([
    ['request', 1],
    ['request', 2],
    ['gap', 9],
    ['request', 9],
  ])
  recorder.clear()
  recorder.add([entry(9), entry(10)])
  expect(recorder.log().exchanges.map(({ seq }) => seq)).toEqual([10])
})

it('keeps a value that readers have unchanged', () => {
  const recorder = createActivityRecorder()
  recorder.add([entry(1)])
  const before = recorder.log().exchanges
  recorder.add([entry(2)])
  expect(before).toHaveLength(1)
})

it.each([
  ['', [1, 2, 3, 4]],
  ['server:roots', [2, 3]],
  ['status:error', [2]],
  ['status:not-found', [2]],
  ['status:open', [4]],
  ['-server:roots', [1, 4]],
  ['duration:>500', [3]],
  ['duration:<100', [1]],
  ['duration:>500ms server:tools', []],
  ['kind:notification', [3]],
  ['operation:readfile', [2]],
  ['README agent', [2]],
  ['unknown:word', []],
])('filters by %j', (text, expected) => {
  const recorder = createActivityRecorder()
  recorder.add([
    entry(1, { server: 'tools', status: 'success', durationMs: 5 }),
    entry(2, {
      server: 'roots',
      operation: 'readFile',
      from: 'agent',
      status: 'not-found',
      durationMs: 100,
      preview: '{"path":"README.md"}',
    }),
    entry(3, { server: 'roots', kind: 'notification', durationMs: 501 }),
    entry(4, { server: 'tools' }),
  ])
  const found = recorder.log().exchanges.filter(parseFilter(text))
  expect(found.map(({ seq }) => seq)).toEqual(expected)
})
