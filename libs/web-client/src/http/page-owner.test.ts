import { createOfflinePlanner } from '@mcp/offline-planner'
import { expect, it } from 'vitest'

import { createWebClient } from '../web-client.ts'

it.each([
  ['sets the secret of the owner with the page', undefined, /^mcp_owner=[\w-]{43};/],
  ['sets no secret if callers authenticate', () => ({ id: 'ada' }), /^$/],
])('%s', async (_, authenticate, cookie) => {
  const service = createWebClient({ llm: createOfflinePlanner(), authenticate })
  const response = await service.fetch(new Request('http://client/'))
  expect(response.headers.get('set-cookie') ?? '').toMatch(cookie)
  await service.close()
})
