import type { RequestContext } from '@mcp/protocol'
import { createRequest } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { internetServer } from './internet-server.ts'

function start() {
  let isBroken = false
  let closed = 0
  const server = internetServer({
    // The option is read when the first call loads the operations.
    get cacheBytes() {
      if (isBroken) throw new Error('not yet')
      return 1024
    },
    onClose: () => void closed++,
  })
  const context: RequestContext = {
    signal: new AbortController().signal,
    deadline: Date.now() + 10_000,
    sessionId: 's1',
  }
  const request = createRequest('internet-access', { operation: 'cacheStats', params: {} })
  return {
    server,
    setBroken: (value: boolean): void => {
      isBroken = value
    },
    call: () => server.process(request, context),
    closed: () => closed,
  }
}

it('loads its operations again after a failure', async () => {
  const { server, setBroken, call, closed } = start()
  setBroken(true)
  expect(await call()).toMatchObject({ error: { code: 'internal' } })
  await server.sessionClosed('s1')
  setBroken(false)
  expect(await call()).toMatchObject({ status: 'success' })
  await server.close()
  expect(closed()).toBe(1)
})

it('closes after its operations could not be loaded', async () => {
  const { server, setBroken, call, closed } = start()
  setBroken(true)
  await call()
  await server.close()
  expect(closed()).toBe(1)
  expect(await call()).toMatchObject({ error: { code: 'unavailable' } })
})
