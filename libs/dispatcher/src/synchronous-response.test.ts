import type { ResponseEnvelope } from '@mcp/protocol'
import { createRequest } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { createDispatcher } from './dispatcher.ts'
import { createSampleServer, success } from './fixtures/sample-server.ts'

const call = () => createRequest('tool-execution', { tool: 'calculator', operation: 'add' })
const never = () => new Promise<ResponseEnvelope>(() => {})

it('passes an answer on that is there at once, and frees its place for the next', async () => {
  const server = createSampleServer({
    process: (request) => success(request, { by: 'x' }),
  })
  const dispatcher = createDispatcher({ servers: [server], concurrency: { limit: 1, queue: 0 } })
  for (let turn = 0; turn < 3; turn++) {
    const answer = dispatcher.dispatch(call())
    expect(answer).toMatchObject({ status: 'success' })
  }
  await dispatcher.close()
})

it('looks at an answer that is there at once as closely as at any other', async () => {
  const server = createSampleServer({ process: () => success(call(), { by: 'x' }) })
  const dispatcher = createDispatcher({ servers: [server] })
  const answer = await dispatcher.dispatch(call())
  expect(answer).toMatchObject({ error: { code: 'upstream-error' } })
  await dispatcher.close()
})

it('answers cancelled where the server made the caller leave before it answers', async () => {
  const controller = new AbortController()
  const server = createSampleServer({
    process() {
      controller.abort()
      return never()
    },
  })
  const dispatcher = createDispatcher({ servers: [server] })
  const answer = await dispatcher.dispatch(call(), { signal: controller.signal })
  expect(answer).toMatchObject({ error: { code: 'cancelled' } })
  await dispatcher.close()
})

it('answers unavailable where the server closed the dispatcher before it answers', async () => {
  const server = createSampleServer({
    process() {
      void dispatcher.close()
      return never()
    },
  })
  const dispatcher = createDispatcher({ servers: [server] })
  const answer = await dispatcher.dispatch(call())
  expect(answer).toMatchObject({ error: { code: 'unavailable' } })
})
