import { createRequest } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { createDispatcher } from './dispatcher.ts'
import { createSampleServer, success } from './fixtures/sample-server.ts'

it('reports calls in flight, queued calls and available replicas of each server', async () => {
  const { promise: blocked, resolve: unblock } = Promise.withResolvers<void>()
  const server = createSampleServer({
    process: async (request) => {
      await blocked
      return success(request, { result: 1 })
    },
  })
  const dispatcher = createDispatcher({ servers: [server], concurrency: { limit: 1 } })
  await dispatcher.servers()
  const calls = ['first', 'second'].map(async (id) =>
    dispatcher.dispatch(createRequest('tool-execution', { operation: 'add' }, { id })),
  )

  const values = dispatcher.metrics().map((metric) => [metric.name, metric.values])
  expect(values).toEqual([
    ['mcp_dispatcher_calls_in_flight', [{ server: 'tools', value: 1 }]],
    ['mcp_dispatcher_calls_queued', [{ server: 'tools', value: 1 }]],
    ['mcp_dispatcher_replicas_available', [{ server: 'tools', value: 1 }]],
  ])

  unblock()
  await Promise.all(calls)
  await dispatcher.close()
})
