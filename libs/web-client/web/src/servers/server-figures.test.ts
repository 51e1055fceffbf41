import { expect, it } from 'vitest'

import { createActivityRecorder } from '../activity/log/activity-recorder.ts'
import { figuresOf } from './server-figures.ts'

it('counts the calls, the errors and the durations of each server', () => {
  const recorder = createActivityRecorder()
  let seq = 0
  const shared = { at: new Date(0).toISOString(), operation: 'add', from: 'page' }
  const call = (server: string, durationMs?: number, status = 'success') => {
    const id = `req-${seq + 1}`
    recorder.add([{ ...shared, seq: ++seq, kind: 'request', id, server }])
    if (durationMs === undefined) return
    recorder.add([{ ...shared, seq: ++seq, kind: 'response', id, server, status, durationMs }])
  }
  for (let durationMs = 1; durationMs <= 100; durationMs++) call('tools', durationMs)
  call('roots', 7, 'not-found')
  call('roots')
  recorder.add([{ ...shared, seq: ++seq, kind: 'model', id: 'call-1', server: 'anthropic' }])
  expect(Object.fromEntries(figuresOf(recorder))).toEqual({
    tools: { calls: 100, errors: 0, p50: 50, p95: 95 },
    roots: { calls: 2, errors: 1, p50: 7, p95: 7 },
  })
})
