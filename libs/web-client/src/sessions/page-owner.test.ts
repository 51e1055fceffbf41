import { expect, it } from 'vitest'

import { createWebClient } from '../web-client.ts'

async function pageCookie(options: Parameters<typeof createWebClient>[0]) {
  const service = createWebClient(options)
  const response = await service.fetch(new Request('http://client/'))
  await service.close()
  return response.headers.get('set-cookie')
}

it('sets the secret of the owner with the page, unless callers authenticate', async () => {
  expect(await pageCookie({})).toMatch(/^mcp_owner=[\w-]{43};/)
  expect(await pageCookie({ authenticate: () => ({ id: 'ada' }) })).toBeNull()
})
