import { afterAll, beforeAll, expect, it } from 'vitest'

import type { TestService } from './fixtures/test-service.ts'
import { createTestService } from './fixtures/test-service.ts'

let service: TestService
beforeAll(() => {
  service = createTestService({ service: { maxResultBytes: 64 * 1024 } })
})
afterAll(() => service.close())

const upperCase = (length: number) => ({
  name: 'call_tool',
  arguments: { name: 'text_processor_to_upper_case', arguments: { text: 'a'.repeat(length) } },
})

/** Returns the URI of the link in a result that is too large. */
function linkOf(result: { content?: unknown }): string {
  const content = Array.isArray(result.content) ? result.content : []
  const link = content.find(({ type }) => type === 'resource_link')
  return String(link?.uri)
}

it.each(['legacy', 'modern'] as const)(
  'pages through a large result of a server with fixed targets for a %s client',
  async (era) => {
    const client = await service.connect(era)
    const uri = linkOf(await client.callTool(upperCase(100_000)))
    const last = { uri, offset: 99_998, limit: 10 }
    expect(await client.callTool({ name: 'read_result', arguments: last })).toMatchObject({
      structuredContent: { text: 'AAA"', totalLength: 100_002 },
    })
    const { contents } = await client.readResource({ uri })
    expect(contents).toMatchObject([{ uri, text: `"${'A'.repeat(100_000)}"` }])
  },
)
