import { expect, it } from 'vitest'
import * as z from 'zod'

import { internetOptions, internetSettings } from './settings.ts'

const schema = z.object(internetSettings())

it('converts the variables to options', () => {
  const variables = schema.parse({
    INTERNET_ALLOWED_HOSTS: 'intranet.example, 10.1.0.0/16,',
    INTERNET_CACHE_MB: '2',
    HTTPS_PROXY: 'proxy.example:3128',
    SEARXNG_URL: 'http://searxng.internal:8080/',
  })
  expect(internetOptions(variables)).toMatchObject({
    allowedHosts: ['intranet.example', '10.1.0.0/16'],
    userAgent: 'mcp-internet/0.1',
    cacheBytes: 2 * 1024 * 1024,
    proxy: { https: 'http://proxy.example:3128', except: [], resolves: false },
    search: { searxngUrl: 'http://searxng.internal:8080/' },
  })
})

it.each([
  ['INTERNET_USER_AGENT', '(none)'],
  ['INTERNET_CACHE_MB', '0'],
  ['HTTP_PROXY', 'socks5://proxy.example'],
  ['SEARXNG_URL', 'searxng'],
])('rejects %s=%s', (name, value) => {
  expect(schema.safeParse({ [name]: value }).success).toBe(false)
})
