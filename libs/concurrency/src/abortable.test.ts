import { systemClock } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { abortable, delay } from './abortable.ts'

it('settles as the work does', async () => {
  const { signal } = new AbortController()
  expect(await abortable(Promise.resolve(1), signal)).toBe(1)
  await expect(abortable(Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed')
})

it('rejects with the reason of the signal while the work goes on', async () => {
  const controller = new AbortController()
  const waiting = abortable(new Promise(() => {}), controller.signal)
  controller.abort(new Error('left'))
  await expect(waiting).rejects.toThrow('left')
})

it('rejects immediately for a signal that is already aborted', async () => {
  const signal = AbortSignal.abort(new Error('left'))
  await expect(abortable(new Promise(() => {}), signal)).rejects.toThrow('left')
})

it('clears the timer of an aborted delay', async () => {
  const controller = new AbortController()
  let cleared = 0
  const clock = {
    ...systemClock,
    after: () => () => {
      cleared++
    },
  }
  const waiting = delay(1000, clock, controller.signal)
  controller.abort(new Error('left'))
  await expect(waiting).rejects.toThrow('left')
  expect(cleared).toBe(1)
})
