import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Site } from '../fixtures/open-site.ts'
import { openSite, respond } from '../fixtures/open-site.ts'

let site: Site
const waiting: (() => void)[] = []
const text = { 'content-type': 'text/plain' }

beforeAll(async () => {
  site = await openSite(
    { '/quick': respond('quick', text) },
    {
      otherwise: (request, response) =>
        void waiting.push(() => respond('', text, 404)(request, response)),
    },
  )
})

afterAll(() => site.close())

it.each([
  ['fetch', () => ({ url: `${site.origin}/slow`, respectRobots: false })],
  ['head', () => ({ url: `${site.origin}/slow`, respectRobots: false })],
  ['checkRobots', () => ({ url: `${site.origin}/slow` })],
  ['search', () => ({ query: 'slow' })],
])('%s takes a permit of the fetches', async (operation, params) => {
  const server = openServer({
    maxConcurrentFetches: 1,
    search: { searxngUrl: site.origin },
  })
  const slow = callResult(server, operation, params())
  await vi.waitFor(() => expect(waiting).toHaveLength(1))
  let isDone = false
  const quick = callResult(server, 'fetch', { url: `${site.origin}/quick`, respectRobots: false })
  void quick.then(() => (isDone = true))
  const other = openServer()
  await callResult(other, 'fetch', { url: `${site.origin}/quick`, respectRobots: false })
  expect(isDone).toBe(false)
  waiting.pop()?.()
  await slow
  expect(await quick).toMatchObject({ content: 'quick' })
  await Promise.all([server.close(), other.close()])
})
