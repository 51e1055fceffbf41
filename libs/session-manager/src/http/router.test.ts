import { expect, it } from 'vitest'

import { createTestManager } from '../test-manager.fixture.ts'

it.each(['/mcp-sessions', '/api/mcp', '/sessions'])(
  'serves paths with the base path %s and without it',
  async (basePath) => {
    const service = createTestManager({ basePath })
    for (const base of [basePath, '']) {
      const opened = await service.call('POST', `${base}/sessions`)
      const location = opened.headers.get('location') ?? ''
      const { sessionId } = await opened.json()
      expect(location).toBe(`${basePath}/sessions/${sessionId}`)
      expect((await service.call('GET', location)).status).toBe(200)
      expect((await service.call('GET', location.slice(basePath.length))).status).toBe(200)
      const document = await service.call('GET', `${base}/openapi.json`)
      expect(await document.json()).toMatchObject({ servers: [{ url: basePath }] })
    }
    await service.close()
  },
)

it('serves mounted handlers with the base path and without it', async () => {
  const service = createTestManager({
    basePath: '/api',
    mounts: [
      () => ({
        paths: ['/mcp', '/.well-known/x'],
        service: {
          fetch: async (request) => new Response(new URL(request.url).pathname),
          close: async () => {},
        },
      }),
    ],
  })
  const bodies = ['/api/mcp', '/mcp/deep'].map(async (path) => {
    return (await service.call('GET', path)).text()
  })
  expect(await Promise.all(bodies)).toEqual(['/api/mcp', '/mcp/deep'])
  await service.close()
})

it('returns 404 for another path', async () => {
  const service = createTestManager({ basePath: '/api' })
  const response = await service.call('GET', '/elsewhere/health')
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: { code: 'not-found' } })
  await service.close()
})
