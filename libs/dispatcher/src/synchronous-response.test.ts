import type { ResponseEnvelope } from '@mcp/protocol'
import { createRequest } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { createDispatcher } from './dispatcher.ts'
import { createSampleServer, success } from './fixtures/sample-server.ts'

const call = () => createRequest('tool-execution', { tool: 'calculator', operation: 'add' })
const never = () => new Promise<ResponseEnvelope>(() => {})

it('returns an immediate response without a promise, and releases its permit', async () => {
  const server = createSampleServer({
    process: (request) => success(request, { by: 'x' }),
  })
  const dispatcher = createDispatcher({
    servers: [server],
    concurrency: { limit: 1, maxQueued: 0 },
  })
  for (let turn = 0; turn < 3; turn++) {
    const response = dispatcher.dispatch(call())
    expect(response).toMatchObject({ status: 'success' })
  }
  await dispatcher.close()
})

it('validates an immediate response like any other', async () => {
  const server = createSampleServer({ process: () => success(call(), { by: 'x' }) })
  const dispatcher = createDispatcher({ servers: [server] })
  const response = await dispatcher.dispatch(call())
  expect(response).toMatchObject({ error: { code: 'upstream-error' } })
  await dispatcher.close()
})

it('returns cancelled if the caller aborts while the server processes the request synchronously', async () => {
  const controller = new AbortController()
  const server = createSampleServer({
    process() {
      controller.abort()
      return never()
    },
  })
  const dispatcher = createDispatcher({ servers: [server] })
  const response = await dispatcher.dispatch(call(), { signal: controller.signal })
  expect(response).toMatchObject({ error: { code: 'cancelled' } })
  await dispatcher.close()
})

it('returns unavailable if the server closes the dispatcher while it processes the request', async () => {
  const server = createSampleServer({
    process() {
      void dispatcher.close()
      return never()
    },
  })
  const dispatcher = createDispatcher({ servers: [server] })
  const response = await dispatcher.dispatch(call())
  expect(response).toMatchObject({ error: { code: 'unavailable' } })
})
