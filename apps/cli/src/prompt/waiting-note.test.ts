import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { createWaitingNote } from './waiting-note.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function start() {
  const written: string[] = []
  const output = { write: (text: string) => written.push(text) }
  return { written, note: createWaitingNote(output, { hasColor: false }) }
}

it('is shown after a second without text, and removed by the next event', () => {
  const { written, note } = start()
  note.handle({ type: 'step-started', step: 1 })
  vi.advanceTimersByTime(999)
  expect(written).toEqual([])
  vi.advanceTimersByTime(1)
  expect(written).toEqual(['Waiting for the model …'])
  note.handle({ type: 'arguments-delta', step: 1, callId: 'c', tool: 't', text: '{' })
  expect(written).toHaveLength(1)
  note.handle({ type: 'text-delta', step: 1, text: 'Yes.' })
  expect(written).toEqual(['Waiting for the model …', '\r\u001b[K'])
})

it('is not shown if text comes in time, or the run ends', () => {
  const { written, note } = start()
  note.handle({ type: 'step-started', step: 1 })
  note.handle({ type: 'text-delta', step: 1, text: 'Yes.' })
  note.handle({ type: 'step-started', step: 2 })
  note.end()
  vi.runAllTimers()
  expect(written).toEqual([])
})
