import type { IncomingHttpHeaders } from 'node:http'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'

import { expect, it } from 'vitest'

import type { HostCheckOptions } from './host-check.ts'
import { createHostCheck } from './host-check.ts'

/** Returns the reason for which a request is refused. */
function reasonFor(
  headers: IncomingHttpHeaders,
  options: Partial<HostCheckOptions> = {},
  { method = 'GET', url = '/sessions' } = {},
): unknown {
  const request = Object.assign(new IncomingMessage(new Socket()), { method, url })
  Object.assign(request.headers, { host: 'localhost:8080', ...headers })
  return createHostCheck({ host: '127.0.0.1', ...options })(request)?.details?.['reason']
}

it('accepts the origin of the host and port of the request itself', () => {
  expect(reasonFor({ origin: 'http://localhost:8080' })).toBeUndefined()
  const host = 'mcp.example.org:443'
  const options = { allowedHosts: ['mcp.example.org'] }
  expect(reasonFor({ host, origin: 'https://MCP.example.org' }, options)).toBeUndefined()
  const forwarded = { 'x-forwarded-host': 'mcp.example.org', origin: 'https://mcp.example.org' }
  expect(reasonFor(forwarded, { ...options, trustProxy: true })).toBeUndefined()
  expect(reasonFor(forwarded, options)).toBe('foreign-origin')
})

it('refuses the origin of another address, port or name', () => {
  const open = { host: '0.0.0.0' }
  expect(reasonFor({ origin: 'http://203.0.113.66' }, open)).toBe('foreign-origin')
  expect(reasonFor({ host: '203.0.113.66', origin: 'http://203.0.113.66' }, open)).toBeUndefined()
  expect(reasonFor({ origin: 'http://localhost:3000' })).toBe('foreign-origin')
  expect(reasonFor({ origin: 'http://127.0.0.1:8080' })).toBe('foreign-origin')
  expect(reasonFor({ origin: 'null' })).toBe('foreign-origin')
})

it('checks Host as well if the proxy is trusted, so that a rebound page cannot choose the other', () => {
  const rebound = { host: 'evil.test', 'x-forwarded-host': 'localhost' }
  expect(reasonFor(rebound, { trustProxy: true })).toBe('foreign-host')
  const forged = { 'x-forwarded-host': 'evil.test' }
  expect(reasonFor(forged, { trustProxy: true })).toBe('foreign-host')
  expect(reasonFor(forged)).toBeUndefined()
})

it('refuses what browsers send for pages of another site, except for links to the page', () => {
  const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }
  for (const url of ['/', '/events', '/servers', '/openapi.json']) {
    expect(reasonFor(image, {}, { url })).toBe('cross-site')
  }
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
  expect(reasonFor(link, {}, { url: '/' })).toBeUndefined()
  for (const url of ['/?tab=tools', '/ui', '/ui/chat/run-1?view=raw']) {
    expect(reasonFor(link, {}, { url })).toBeUndefined()
  }
  for (const url of ['/mcp', '/mcp/', '/mcp?a=1', '/mcp/ui/chat']) {
    expect(reasonFor(link, { pathPrefix: '/mcp' }, { url })).toBeUndefined()
  }
  for (const url of ['/events', '/uix', '/servers/ui/', '/mcp/events']) {
    expect(reasonFor(link, { pathPrefix: '/mcp' }, { url })).toBe('cross-site')
  }
  expect(reasonFor(link, {}, { url: '/', method: 'POST' })).toBe('cross-site')
})

it('lets other pages of the same site read only', () => {
  const sibling = { 'sec-fetch-site': 'same-site' }
  expect(reasonFor(sibling)).toBeUndefined()
  expect(reasonFor(sibling, {}, { method: 'POST' })).toBe('same-site')
  expect(reasonFor(sibling, {}, { method: 'DELETE' })).toBe('same-site')
  for (const site of ['same-origin', 'none']) {
    expect(reasonFor({ 'sec-fetch-site': site }, {}, { method: 'POST' })).toBeUndefined()
  }
})

it('accepts pages of allowed origins from another site', () => {
  const origin = 'https://app.example.org'
  const headers = { origin, 'sec-fetch-site': 'cross-site' }
  expect(reasonFor(headers, { allowedOrigins: [origin] }, { method: 'POST' })).toBeUndefined()
  expect(reasonFor(headers, {}, { method: 'POST' })).toBe('foreign-origin')
})
