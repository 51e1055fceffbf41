import { expect, it } from 'vitest'

import { settledPromise, settledValue } from './settled-promise.ts'

it('is a promise of its value, and gives the value without a wait', async () => {
  const promise = settledPromise({ sum: 5 })
  expect(settledValue(promise)).toEqual({ sum: 5 })
  await expect(promise).resolves.toEqual({ sum: 5 })
})

it('knows nothing of any other promise, nor of one that was derived', () => {
  expect(settledValue(Promise.resolve(5))).toBeUndefined()
  expect(settledValue(settledPromise(5).then((value) => value + 1))).toBeUndefined()
})
