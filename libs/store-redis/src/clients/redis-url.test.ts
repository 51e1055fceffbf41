import { describe, expect, it } from 'vitest'

import { isRedisUrl, parseRedisUrl } from './redis-url.ts'

describe('REDIS_URL', () => {
  it('names one server', () => {
    expect(parseRedisUrl('redis://localhost')).toMatchObject({
      nodes: [{ host: 'localhost', port: 6379 }],
      primaryName: undefined,
      isTls: false,
      username: undefined,
      password: undefined,
      db: 0,
      place: 'localhost:6379',
    })
    expect(parseRedisUrl('rediss://ada:a%3Ab%40c@[::1]:7000/3')).toMatchObject({
      nodes: [{ host: '::1', port: 7000 }],
      isTls: true,
      username: 'ada',
      password: 'a:b@c',
      db: 3,
      place: '[::1]:7000',
    })
    expect(parseRedisUrl('redis://:secret@localhost/').password).toBe('secret')
  })

  it('names several nodes of a cluster', () => {
    const { nodes, place, password } = parseRedisUrl('redis://:secret@a:7000,b,c:7002')
    expect(nodes).toEqual([
      { host: 'a', port: 7000 },
      { host: 'b', port: 6379 },
      { host: 'c', port: 7002 },
    ])
    expect(password).toBe('secret')
    expect(place).toBe('a:7000,b:6379,c:7002')
  })

  it('names sentinels, the primary that they know, and their own password', () => {
    const url = 'rediss+sentinel://ada:secret@a,b:26380/mymaster/2?sentinelPassword=other'
    expect(parseRedisUrl(url)).toEqual({
      nodes: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 26_380 },
      ],
      primaryName: 'mymaster',
      isTls: true,
      username: 'ada',
      password: 'secret',
      sentinelUsername: undefined,
      sentinelPassword: 'other',
      db: 2,
      place: 'mymaster (sentinels a:26379,b:26380)',
    })
  })

  it.each([
    '',
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://a,',
    'redis://:50%@a',
    'redis+sentinel://a/%',
    'redis://a,,b',
    'redis://a:port',
    'redis://a/name',
    'redis://a?db=1',
    'redis+sentinel://a:26379',
    'redis+sentinel://a:26379/',
    'redis+sentinel://a/mymaster?password=x',
  ])('is not %j', (url) => {
    expect(() => parseRedisUrl(url)).toThrow('Invalid REDIS_URL: it must be a URL such as')
    expect(isRedisUrl(url)).toBe(false)
  })
})
