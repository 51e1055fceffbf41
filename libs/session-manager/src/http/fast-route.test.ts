import type { RawRoute } from '@mcp/http'
import { expect, it } from 'vitest'

import { createFastRoute } from './fast-route.ts'
import type { Route } from './route.ts'

const routes: readonly Route[] = [
  {
    method: 'POST',
    path: '/sessions/{sessionId}/requests',
    operationId: 'request',
    summary: '',
    access: 'caller',
    responses: {},
    isFast: true,
    handle: () => noContent,
  },
  {
    method: 'GET',
    path: '/sessions/{sessionId}/events',
    operationId: 'events',
    summary: '',
    access: 'caller',
    responses: {},
    isFast: true,
    handle: () => noContent,
  },
  {
    method: 'DELETE',
    path: '/sessions/{sessionId}/slow',
    operationId: 'slow',
    summary: '',
    access: 'caller',
    responses: {},
    handle: () => noContent,
  },
  {
    method: 'GET',
    path: '/health',
    operationId: 'isAlive',
    summary: '',
    access: 'public',
    responses: {},
    isFast: true,
    handle: () => noContent,
  },
]
const noContent = { status: 204, headers: {}, body: '' } as const

/** Returns a function that describes the route that the fast path finds. */
function findWith(basePath?: string) {
  let found: string
  const fastRoute = createFastRoute(
    routes,
    {
      serve({ operationId }, { sessionId }, query): RawRoute {
        found = `${operationId} of ${sessionId}, query "${query.toString()}"`
        return () => noContent
      },
    },
    basePath,
  )
  return (method: string, path: string): string => {
    found = 'none'
    fastRoute(method, path)
    return found
  }
}

it('finds the routes that are marked as fast, with and without a query', () => {
  const find = findWith()
  expect(find('POST', '/sessions/s1/requests')).toBe('request of s1, query ""')
  expect(find('POST', '/sessions/s1/requests?x=1')).toBe('request of s1, query "x=1"')
  expect(find('GET', '/sessions/s1/events')).toBe('events of s1, query ""')
  expect(find('GET', '/sessions/s1/events?lastEventId=7')).toBe(
    'events of s1, query "lastEventId=7"',
  )
})

it.each([
  ['POST', '/sessions'],
  ['GET', '/sessions/s1'],
  ['GET', '/sessions/s1/requests'],
  ['DELETE', '/sessions/s1/requests/r1'],
  ['DELETE', '/sessions/s1/slow'],
  ['POST', '/sessions/s1/events'],
  ['POST', '/sessions/s%31/requests'],
  ['GET', '/sessions/s1?x=/events'],
  ['POST', '/other/sessions/s1/requests'],
])('leaves %s %s to the router', (method, path) => {
  expect(findWith()(method, path)).toBe('none')
})

it.each(['/mcp-sessions', '/api/mcp', '/sessions'])(
  'accepts paths with the base path %s and without it',
  (basePath) => {
    const find = findWith(basePath)
    expect(find('POST', `${basePath}/sessions/s1/requests`)).toBe('request of s1, query ""')
    expect(find('POST', '/sessions/s1/requests')).toBe('request of s1, query ""')
    expect(find('GET', `${basePath}/sessions/s1/events`)).toBe('events of s1, query ""')
    expect(find('POST', '/elsewhere/sessions/s1/requests')).toBe('none')
  },
)

it('finds a route without parameters, at its path and below the base path', () => {
  const find = findWith('/api')
  expect(find('GET', '/health')).toBe('isAlive of , query ""')
  expect(find('GET', '/api/health')).toBe('isAlive of , query ""')
  for (const [method, path] of [
    ['POST', '/health'],
    ['HEAD', '/health'],
    ['GET', '/health?verbose'],
    ['GET', '/elsewhere/health'],
  ] as const) {
    expect(find(method, path)).toBe('none')
  }
})
