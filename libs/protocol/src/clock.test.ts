import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { systemClock } from './clock.ts'

const day = 24 * 60 * 60 * 1000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it.each([1, 24, 25, 50, 400])('runs a function after %i days', (days) => {
  const run = vi.fn<() => void>()
  systemClock.after(days * day, run)
  vi.advanceTimersByTime(days * day - 1)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(run).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(1000 * day)
  expect(run).toHaveBeenCalledOnce()
})

it('never runs a function after an infinite delay', () => {
  const run = vi.fn<() => void>()
  systemClock.after(Number.POSITIVE_INFINITY, run)
  vi.advanceTimersByTime(1000 * day)
  expect(run).not.toHaveBeenCalled()
})

it.each([0, 24, 25, 60])('stops a timer of 100 days after %i days', (days) => {
  const run = vi.fn<() => void>()
  const stop = systemClock.after(100 * day, run)
  vi.advanceTimersByTime(days * day)
  stop()
  vi.advanceTimersByTime(200 * day)
  expect(run).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

it('does not repeat a function of a longer interval at once', () => {
  const run = vi.fn<() => void>()
  const stop = systemClock.every(365 * day, run)
  vi.advanceTimersByTime(60_000)
  expect(run).not.toHaveBeenCalled()
  stop()
  expect(vi.getTimerCount()).toBe(0)
})
