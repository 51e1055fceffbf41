import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { outcome } from '../fixtures/call.ts'
import { forbiddenAddresses } from '../fixtures/forbidden-addresses.ts'
import type { Site } from '../fixtures/open-site.ts'
import { answer, openSite, redirect } from '../fixtures/open-site.ts'
import { internetServer } from '../internet-server.ts'

const refused = {
  error: { code: 'forbidden', retryable: false, details: { reason: 'ssrf-blocked' } },
}

// A port has to be in each address before the socket has one, so the tests put theirs in its place.
const placeholder = 54_321
const addresses = forbiddenAddresses(placeholder)

let trap: Site
let door: Site

const server = internetServer({
  allowedHosts: ['door.test'],
  resolve: async (hostname) => (hostname === 'door.test' ? ['127.0.0.1'] : trapAddresses),
})
const trapAddresses = ['127.0.0.1', '::1']

beforeAll(async () => {
  // On every address of this machine, IPv4 and IPv6, so that whatever is let through arrives.
  trap = await openSite({}, { host: '::', otherwise: answer('the secrets of this machine') })
  door = await openSite(
    {},
    {
      otherwise: (request, response) => {
        const to = new URL(request.url ?? '', 'http://door.test').searchParams.get('to') ?? ''
        redirect(to)(request, response)
      },
    },
  )
})

afterAll(async () => {
  await server.close()
  await trap.close()
  await door.close()
})

const atTrap = (address: string) => address.replaceAll(String(placeholder), String(trap.port))

it('has more than a hundred spellings to try, on a socket that would have accepted them', async () => {
  expect(addresses.length).toBeGreaterThan(100)
  const answered = await fetch(`http://127.0.0.1:${trap.port}/`)
  expect(await answered.text()).toBe('the secrets of this machine')
  trap.forget()
})

describe('an address that is not public is refused, and nothing connects to it', () => {
  it.each(addresses)('$kind: $address', async ({ address }) => {
    const url = atTrap(address)
    expect(await outcome(server, 'fetch', { url, respectRobots: false })).toMatchObject(refused)
    expect(trap.connections()).toBe(0)
  })
})

// In a redirect, `http:127.0.0.1/` is a path of the same site.
const leadElsewhere = addresses.filter(
  ({ address }) => URL.parse(address, 'http://door.test/')?.hostname !== 'door.test',
)

describe('a redirect to an address that is not public is refused', () => {
  it.each(leadElsewhere)('$kind: $address', async ({ address }) => {
    const url = `http://door.test:${door.port}/?to=${encodeURIComponent(atTrap(address).trim())}`
    const answered = await outcome(server, 'fetch', { url, respectRobots: false })
    expect(answered).toMatchObject(refused)
    expect(trap.connections()).toBe(0)
  })
})

it.each(['head', 'links', 'sitemap', 'checkRobots'])(
  'refuses the same of the operation %s',
  async (operation) => {
    const url = `http://127.0.0.1:${trap.port}/sitemap.xml`
    expect(await outcome(server, operation, { url })).toMatchObject(refused)
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
  expect(await outcome(server, 'fetch', { url })).toMatchObject(refused)
})

it.each([22, 25, 110, 445, 2375, 3306, 3389, 5432, 6379, 9200, 11_211, 27_017])(
  'refuses port %i, whoever listens there',
  async (port) => {
    expect(await outcome(server, 'fetch', { url: `http://example.com:${port}/` })).toMatchObject(
      refused,
    )
  },
)

it('refuses a name whose addresses are not all public', async () => {
  const url = `http://rebind.example.com:${trap.port}/`
  expect(await outcome(server, 'fetch', { url, respectRobots: false })).toMatchObject(refused)
  expect(trap.connections()).toBe(0)
})

it('does not tell what an internal name resolves to', async () => {
  const url = `http://rebind.example.com:${trap.port}/`
  expect(JSON.stringify(await outcome(server, 'fetch', { url }))).not.toMatch(/127\.0|::1/)
})
