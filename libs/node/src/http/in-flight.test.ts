import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

import { expect, it } from 'vitest'

import { createInFlight } from './in-flight.ts'

const answer = () => new ServerResponse(new IncomingMessage(new Socket()))

it('is empty when each answer is done, in whatever order, and however often it is told', async () => {
  const inFlight = createInFlight()
  const answers = [answer(), answer(), answer()]
  for (const response of [...answers, ...answers]) inFlight.add(response)
  let isEmpty = false
  const empty = inFlight.whenEmpty().then(() => (isEmpty = true))
  for (const index of [1, 0, 0, 1]) {
    const response = answers[index]
    if (response !== undefined) inFlight.delete(response)
  }
  await Promise.resolve()
  expect(isEmpty).toBe(false)
  const [, , last] = answers
  if (last !== undefined) inFlight.delete(last)
  await empty
  await createInFlight().whenEmpty()
})

it('ends the connections of the answers under way, and of those to come, but of no other', () => {
  const inFlight = createInFlight()
  const [done, before, after] = [answer(), answer(), answer()]
  for (const response of [done, before, after]) response.shouldKeepAlive = true
  inFlight.add(done)
  inFlight.add(before)
  inFlight.delete(done)
  inFlight.drain()
  inFlight.add(after)
  expect([done, before, after].map((response) => response.shouldKeepAlive)).toEqual([
    true,
    false,
    false,
  ])
})
