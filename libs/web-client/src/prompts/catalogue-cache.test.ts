import { createDispatcher } from '@mcp/dispatcher'
import type { ModelProvider } from '@mcp/llm'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { afterEach, expect, it } from 'vitest'

import { createWebClient } from '../web-client.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Starts a web client. Returns the statuses of the requests for the catalogue, too. */
function start(llm: ModelProvider = createOfflinePlanner()) {
  const statuses: number[] = []
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const sessionManager = createSessionManager({ dispatcher })
  const service = createWebClient({
    sessionManagerUrl: 'http://session-manager/',
    async fetch(request) {
      const response = await sessionManager.fetch(request)
      if (new URL(request.url).pathname === '/servers') statuses.push(response.status)
      return response
    },
    llm,
  })
  closing.push(
    () => dispatcher.close(),
    () => sessionManager.close(),
    () => service.close(),
  )
  return { service, statuses }
}

it('requests the catalogue again only if it has changed', async () => {
  const { service, statuses } = start()
  for (let count = 0; count < 3; count++) {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ prompt: 'add 2 and 3' })
    const response = await service.fetch(
      new Request('http://client/process', { method: 'POST', headers, body }),
    )
    expect(await response.json()).toMatchObject({ status: 'success' })
  }
  // At the start of each run and before its call, because approvals are bound to the description.
  expect(statuses).toEqual([200, 304, 304, 304, 304, 304])
})

it('reports a language model that is unavailable', async () => {
  const { service } = start({
    ...createOfflinePlanner(),
    health: () => ({ state: 'unhealthy', reason: 'Cannot reach the language model.' }),
  })
  const response = await service.fetch(new Request('http://client/ready'))
  expect(await response.json()).toEqual({
    status: 'ready',
    llm: { state: 'unhealthy', reason: 'Cannot reach the language model.' },
  })
})
