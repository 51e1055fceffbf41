import { internet } from '@mcp/contracts/internet'
import { itRunsItsExamples } from '@mcp/testing'

import { openExampleSite } from './fixtures/example-site.ts'
import { openServer } from './fixtures/open-server.ts'
import { respond, openSite } from './fixtures/open-site.ts'

const result = { title: 'Found', url: 'https://example.com/found', content: 'What was found.' }

itRunsItsExamples(internet, async () => {
  const site = await openExampleSite()
  const engine = await openSite({
    '/search': respond(JSON.stringify({ results: [result] }), {
      'content-type': 'application/json',
    }),
  })

  return {
    server: openServer({ search: { searxngUrl: engine.origin } }),
    // The examples use example.com, which resolves to this machine.
    prepare: ({ params }) =>
      Object.fromEntries(
        Object.entries(params).map(([name, value]) => [name, atSite(value, site.origin)]),
      ),
    async cleanUp() {
      await site.close()
      await engine.close()
    },
  }
})

function atSite(value: unknown, origin: string): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => atSite(each, origin))
  return typeof value === 'string' ? value.replace(/^https:\/\/example\.com(?=\/)/, origin) : value
}
