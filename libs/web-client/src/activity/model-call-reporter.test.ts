import { expect, it } from 'vitest'

import { createModelCallReporter } from './model-call-reporter.ts'

it('reports the size of the content of a call in bytes', async () => {
  const bodies: unknown[] = []
  const report = createModelCallReporter(new Request('http://client/'), {
    url: 'http://session-manager',
    async fetch(request) {
      bodies.push(await request.json())
      return new Response(null, { status: 204 })
    },
  })
  const call = { id: 'c-1', provider: 'scripted', model: 'm', status: 'success', durationMs: 1 }
  await report('s-1', { ...call, content: '語😀' })
  expect(bodies).toMatchObject([{ bytes: 9 }])
})
