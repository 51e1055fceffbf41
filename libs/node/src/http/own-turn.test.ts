import { expect, it } from 'vitest'

import { runInOwnTurn } from './own-turn.ts'

it('runs one piece of work per turn of the event loop, in order', async () => {
  const done: number[] = []
  for (const number of [1, 2, 3]) {
    runInOwnTurn(() => {
      done.push(number)
      if (number === 1) runInOwnTurn(() => done.push(4))
    })
  }
  const doneAfterTurns: number[] = []
  while (done.length < 4) {
    await new Promise<void>((resolve) => void setImmediate(resolve))
    doneAfterTurns.push(done.length)
  }
  expect(done).toEqual([1, 2, 3, 4])
  expect(doneAfterTurns).toEqual([1, 2, 3, 4])
})
