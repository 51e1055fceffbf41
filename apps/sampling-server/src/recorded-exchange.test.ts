import { createWebClient } from '@mcp/web-client'
import { createDispatcher } from '@mcp/dispatcher'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { samplingServer } from '@mcp/server-sampling'
import { createSessionManager } from '@mcp/session-manager'
import { expect, it } from 'vitest'

it('records the responses of the client app', async () => {
  const server = samplingServer({ checkResults: true })
  const dispatcher = createDispatcher({ servers: [server] })
  const sessionManager = createSessionManager({ dispatcher })
  const service = createWebClient({
    sessionManagerUrl: 'http://session-manager/',
    fetch: (request) => sessionManager.fetch(request),
    llm: createOfflinePlanner(),
  })
  const post = (path: string, body: object): Promise<Response> =>
    service.fetch(
      new Request(`http://client${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
  try {
    const response = await post('/process', { prompt: 'How many tokens did I use?' })
    expect(await response.json()).toMatchObject({
      status: 'success',
      metadata: { exchange: 'recorded' },
    })
  } finally {
    await service.close()
    await sessionManager.close()
    await dispatcher.close()
    await server.close()
  }
})
