import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

import { expect, it } from 'vitest'

import { createInFlight } from './in-flight.ts'

const newResponse = () => new ServerResponse(new IncomingMessage(new Socket()))

it('is empty when each response has finished, in any order, even if reported twice', async () => {
  const inFlight = createInFlight()
  const responses = [newResponse(), newResponse(), newResponse()]
  for (const response of [...responses, ...responses]) inFlight.add(response)
  let isEmpty = false
  const empty = inFlight.whenEmpty().then(() => (isEmpty = true))
  for (const index of [1, 0, 0, 1]) {
    const response = responses[index]
    if (response !== undefined) inFlight.delete(response)
  }
  await Promise.resolve()
  expect(isEmpty).toBe(false)
  const [, , last] = responses
  if (last !== undefined) inFlight.delete(last)
  await empty
  await createInFlight().whenEmpty()
})

it('closes the connections of current and later responses, but no others', () => {
  const inFlight = createInFlight()
  const [done, before, after] = [newResponse(), newResponse(), newResponse()]
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
