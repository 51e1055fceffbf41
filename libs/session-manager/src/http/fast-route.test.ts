import type { RawHandler } from '@mcp/http'
import { expect, it } from 'vitest'

import { createHotRoute } from './fast-route.ts'

/** What the route finds, in words. */
function findWith(basePath?: string) {
  let found = 'nothing'
  const say = (words: string): RawHandler => {
    found = words
    return () => ({ status: 204, headers: {}, body: '' })
  }
  const hotRoute = createHotRoute(
    {
      postRequest: (id) => say(`a request to ${id}`),
      openStream: (id, query) => say(`the events of ${id} after ${query.get('lastEventId')}`),
    },
    basePath,
  )
  return (method: string, path: string): string => {
    found = 'nothing'
    hotRoute(method, path)
    return found
  }
}

it('finds the busy routes, with a query or without', () => {
  const find = findWith()
  expect(find('POST', '/sessions/s1/requests')).toBe('a request to s1')
  expect(find('POST', '/sessions/s1/requests?x=1')).toBe('a request to s1')
  expect(find('GET', '/sessions/s1/events')).toBe('the events of s1 after null')
  expect(find('GET', '/sessions/s1/events?lastEventId=7')).toBe('the events of s1 after 7')
})

it.each([
  ['POST', '/sessions'],
  ['GET', '/sessions/s1'],
  ['GET', '/sessions/s1/requests'],
  ['DELETE', '/sessions/s1/requests/r1'],
  ['POST', '/sessions/s1/events'],
  ['POST', '/sessions/s%31/requests'],
  ['GET', '/sessions/s1?x=/events'],
  ['POST', '/other/sessions/s1/requests'],
])('leaves %s %s to the router', (method, path) => {
  expect(findWith()(method, path)).toBe('nothing')
})

it.each(['/mcp-sessions', '/api/mcp', '/sessions'])(
  'takes paths with the base path %s, and those that a host has taken it off',
  (basePath) => {
    const find = findWith(basePath)
    expect(find('POST', `${basePath}/sessions/s1/requests`)).toBe('a request to s1')
    expect(find('POST', '/sessions/s1/requests')).toBe('a request to s1')
    expect(find('GET', `${basePath}/sessions/s1/events`)).toBe('the events of s1 after null')
    expect(find('POST', '/elsewhere/sessions/s1/requests')).toBe('nothing')
  },
)
