import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { defaultEndpoint, exampleServers, stdioClient, urlClient } from './client-configurations.ts'

it.each([
  ['http://localhost:8080/', 'http://localhost:5000/mcp'],
  ['http://192.168.1.2:8080/ui/', 'http://192.168.1.2:5000/mcp'],
])('returns the default endpoint of the host of %s', (service, endpoint) => {
  expect(defaultEndpoint(new URL(service))).toBe(endpoint)
  expect(urlClient(endpoint).mcpServers.mcp.url).toBe(endpoint)
})

it('shows the configurations of the README', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../../../../README.md'), 'utf8')
  const blocks = [...readme.matchAll(/```json\n([^]*?)```/g)].map(([, text = '']) => text)
  const configurations = blocks
    .filter((text) => text.includes('mcpServers'))
    .map((text): unknown => JSON.parse(text))
  expect(configurations).toContainEqual(stdioClient)
  expect(configurations).toContainEqual(exampleServers)
})
