import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import { forbiddenAddresses } from '../fixtures/forbidden-addresses.ts'
import type { Site } from '../fixtures/open-site.ts'
import { respond, openSite, redirect } from '../fixtures/open-site.ts'
import { internetServer } from '../internet-server.ts'

const refused = {
  error: { code: 'forbidden', retryable: false, details: { reason: 'ssrf-blocked' } },
}

// The test titles need the addresses before the socket has a port, so the tests insert the port
// later.
const placeholder = 54_321
const addresses = forbiddenAddresses(placeholder)

let trap: Site
let redirector: Site

const server = internetServer({
  allowedHosts: ['redirecting.test'],
  resolve: async (hostname) => (hostname === 'redirecting.test' ? ['127.0.0.1'] : trapAddresses),
})
const trapAddresses = ['127.0.0.1', '::1']

beforeAll(async () => {
  // Listens on all addresses, IPv4 and IPv6, so that every connection that is not blocked arrives.
  trap = await openSite({}, { host: '::', otherwise: respond('the secrets of this machine') })
  redirector = await openSite(
    {},
    {
      otherwise: (request, response) => {
        const to =
          new URL(request.url ?? '', 'http://redirecting.test').searchParams.get('to') ?? ''
        redirect(to)(request, response)
      },
    },
  )
})

afterAll(async () => {
  await server.close()
  await trap.close()
  await redirector.close()
})

const atTrap = (address: string) => address.replaceAll(String(placeholder), String(trap.port))

it('tries more than a hundred notations, on a socket that would accept them', async () => {
  expect(addresses.length).toBeGreaterThan(100)
  const response = await fetch(`http://127.0.0.1:${trap.port}/`)
  expect(await response.text()).toBe('the secrets of this machine')
  trap.forget()
})

describe('an address that is not public is refused without a connection', () => {
  it.each(addresses)('$kind: $address', async ({ address }) => {
    const url = atTrap(address)
    expect(await callResult(server, 'fetch', { url, respectRobots: false })).toMatchObject(refused)
    expect(trap.connections()).toBe(0)
  })
})

// Excludes `http:127.0.0.1/`, which in a redirect is a path of the same site.
const leadElsewhere = addresses.filter(
  ({ address }) => URL.parse(address, 'http://redirecting.test/')?.hostname !== 'redirecting.test',
)

describe('a redirect to an address that is not public is refused', () => {
  it.each(leadElsewhere)('$kind: $address', async ({ address }) => {
    const url = `http://redirecting.test:${redirector.port}/?to=${encodeURIComponent(atTrap(address).trim())}`
    const response = await callResult(server, 'fetch', { url, respectRobots: false })
    expect(response).toMatchObject(refused)
    expect(trap.connections()).toBe(0)
  })
})

it.each(['head', 'links', 'sitemap', 'checkRobots'])(
  'refuses the same addresses in the operation %s',
  async (operation) => {
    const url = `http://127.0.0.1:${trap.port}/sitemap.xml`
    expect(await callResult(server, operation, { url })).toMatchObject(refused)
    expect(trap.connections()).toBe(0)
  },
)

it.each([
  'file:///etc/passwd',
  'ftp://example.com/',
  'gopher://example.com/',
  'data:text/html,hello',
  'javascript:alert(1)',
  'ws://example.com/',
  'blob:https://example.com/x',
])('refuses the scheme of %s', async (url) => {
  expect(await callResult(server, 'fetch', { url })).toMatchObject(refused)
})

it.each([22, 25, 110, 445, 2375, 3306, 3389, 5432, 6379, 9200, 11_211, 27_017])(
  'refuses port %i',
  async (port) => {
    expect(await callResult(server, 'fetch', { url: `http://example.com:${port}/` })).toMatchObject(
      refused,
    )
  },
)

it('refuses a name whose addresses are not all public', async () => {
  const url = `http://rebind.example.com:${trap.port}/`
  expect(await callResult(server, 'fetch', { url, respectRobots: false })).toMatchObject(refused)
  expect(trap.connections()).toBe(0)
})

it('does not reveal the address of an internal name', async () => {
  const url = `http://rebind.example.com:${trap.port}/`
  expect(JSON.stringify(await callResult(server, 'fetch', { url }))).not.toMatch(/127\.0|::1/)
})
