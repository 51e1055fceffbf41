import { createRequest, defineContract, McpError, operation } from '@mcp/protocol'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { defineServer } from '../define-server.ts'
import { createSessionState } from './session-state.ts'

const counter = defineContract({
  name: 'counter',
  type: 'counter-operation',
  target: 'counter',
  version: '1.0.0',
  operations: {
    count: operation({
      title: 'Count',
      description: 'Counts.',
      params: z.object({}),
      result: z.number(),
      examples: [{ params: {} }],
    }),
  },
})

function start() {
  const released: string[] = []
  const counts = createSessionState({
    create: () => ({ count: 0 }),
    release: async ({ count }, sessionId) => {
      released.push(`${sessionId}: ${count}`)
    },
  })
  const server = defineServer(
    counter,
    { count: (_params, context) => ++counts.of(context).count },
    { sessionStates: [counts] },
  )
  const count = (sessionId?: string) =>
    server.process(createRequest('counter-operation', { operation: 'count' }), {
      signal: new AbortController().signal,
      deadline: Date.now() + 10_000,
      sessionId,
    })
  return { server, counts, released, count }
}

it('creates one state per session on first use', async () => {
  const { count } = start()
  await count('s1')
  expect(await count('s1')).toMatchObject({ data: { result: 2 } })
  expect(await count('s2')).toMatchObject({ data: { result: 1 } })
})

it('releases the state once when its session closes', async () => {
  const { server, counts, count, released } = start()
  await count('s1')
  await count('s2')
  await server.sessionClosed('s1')
  await server.sessionClosed('s1')
  expect(released).toEqual(['s1: 1'])
  expect(counts.find('s1')).toBeUndefined()
  expect(counts.find('s2')).toEqual({ count: 1 })
})

it('releases all states when the server closes', async () => {
  const { server, count, released } = start()
  await count('s1')
  await count('s2')
  await server.close()
  expect(released).toEqual(['s1: 1', 's2: 1'])
})

it('throws no-session for a request outside a session', async () => {
  const { count } = start()
  expect(await count()).toMatchObject({
    error: { code: 'invalid-request', details: { reason: 'no-session' } },
  })
})

it('creates no state after the signal is aborted', () => {
  const { counts } = start()
  const signal = AbortSignal.abort(new McpError('cancelled', 'The session closed.'))
  expect(() => counts.of({ sessionId: 's1', signal })).toThrow('The session closed.')
  expect(counts.find('s1')).toBeUndefined()
})

it('reports a failed release, and releases the other states', async () => {
  const reported: unknown[] = []
  const released: string[] = []
  const fragile = createSessionState<string>({
    create: (sessionId) => sessionId,
    release(sessionId) {
      if (sessionId === 's1') throw new Error('stuck')
      released.push(sessionId)
    },
  })
  const server = defineServer(
    counter,
    { count: (_params, context) => fragile.of(context).length },
    { sessionStates: [fragile], onError: ({ cause }) => reported.push(cause) },
  )
  const { signal } = new AbortController()
  fragile.of({ sessionId: 's1', signal })
  fragile.of({ sessionId: 's2', signal })
  await server.close()
  expect(released).toEqual(['s2'])
  expect(reported).toEqual([new Error('stuck')])
})
