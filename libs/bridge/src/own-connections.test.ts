import { afterEach, expect, it } from 'vitest'

import type { TestService } from './fixtures/test-service.ts'
import { createTestService } from './fixtures/test-service.ts'
import { hubIdentity } from './own-connections.ts'

const secret = 'a secret of at least 32 characters'
const services: TestService[] = []
afterEach(async () => {
  for (const service of services.splice(0)) await service.close()
})

function connect(era: 'legacy' | 'modern', experimental: Awaited<ReturnType<typeof hubIdentity>>) {
  const service = createTestService({ service: { secret } })
  services.push(service)
  return service.connect(era, { capabilities: { experimental: { ...experimental } } })
}

it('refuses a connection of the same hub, with the reason', async () => {
  await expect(connect('legacy', await hubIdentity(secret))).rejects.toThrow(
    'This hub would be an upstream server of itself',
  )
  await expect(connect('modern', await hubIdentity(secret))).rejects.toThrow(
    'Version negotiation failed',
  )
})

it.each(['legacy', 'modern'] as const)('accepts another hub as a %s client', async (era) => {
  const client = await connect(era, await hubIdentity('another secret of 32 characters!!'))
  expect((await client.listTools()).tools.length).toBeGreaterThan(0)
})

it('derives an identity that does not contain the secret', async () => {
  const { 'mcp-hub': identity } = await hubIdentity(secret)
  expect(identity?.id).toMatch(/^[0-9a-f]{32}$/)
  expect(await hubIdentity(secret)).toEqual({ 'mcp-hub': identity })
})
