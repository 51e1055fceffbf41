import type { Socket } from 'node:net'

import { buildConnector } from 'undici'
import { afterAll, beforeAll, expect, it } from 'vitest'

import type { Site } from '../fixtures/open-site.ts'
import { openSite } from '../fixtures/open-site.ts'
import { parseAllowedHosts } from './allowed-hosts.ts'
import { createGuardedConnector } from './guarded-connector.ts'
import type { Resolve } from './host-guard.ts'
import { createHostGuard } from './host-guard.ts'

let site: Site

beforeAll(async () => {
  site = await openSite()
})

afterAll(() => site.close())

const real = buildConnector({})

/** Creates a connector whose connections all reach the test site, whatever their target. */
function openConnector(resolve: Resolve, allowedHosts: readonly string[] = []) {
  const attempts: buildConnector.Options[] = []
  const guard = createHostGuard(parseAllowedHosts(allowedHosts), resolve)
  const connector = createGuardedConnector(guard, (options, callback) => {
    attempts.push(options)
    real(
      { ...options, protocol: 'http:', hostname: '127.0.0.1', port: String(site.port) },
      callback,
    )
  })
  return {
    attempts,
    connect: (hostname: string, protocol = 'http:') =>
      new Promise<Socket>((resolveSocket, reject) => {
        const options = { hostname, host: hostname, protocol, port: String(site.port) }
        connector(options, (...[failure, socket]) => {
          if (failure === null) resolveSocket(socket)
          else reject(failure)
        })
      }),
  }
}

const blocked = { code: 'forbidden', details: { reason: 'ssrf-blocked' } }

it('refuses a name that resolves to a public address first and a private one later', async () => {
  const responses = [['93.184.216.34'], ['127.0.0.1']]
  let resolved = 0
  const { attempts, connect } = openConnector(async () => responses[resolved++] ?? [])

  // The connection uses the checked address: the name is resolved once, not twice.
  await expect(connect('rebind.example.com')).rejects.toMatchObject(blocked)
  expect(attempts.map(({ hostname }) => hostname)).toEqual(['93.184.216.34'])
  expect(resolved).toBe(1)

  await expect(connect('rebind.example.com')).rejects.toMatchObject(blocked)
  expect(attempts).toHaveLength(1)
})

it.each([
  [['93.184.216.34', '127.0.0.1']],
  [['127.0.0.1', '93.184.216.34']],
  [['93.184.216.34', '::ffff:10.0.0.1']],
  [['2606:2800:220:1::1', 'fe80::1%eth0']],
])('refuses a name with the addresses %j, one of which is not public', async (addresses) => {
  const { attempts, connect } = openConnector(async () => addresses)
  await expect(connect('mixed.example.com')).rejects.toMatchObject(blocked)
  expect(attempts).toEqual([])
})

it('closes a connection whose peer is not a public address', async () => {
  const { connect } = openConnector(async () => ['93.184.216.34'])
  await expect(connect('public.example.com')).rejects.toThrow('not allowed')
})

it('returns a connection to an allowed address', async () => {
  const { attempts, connect } = openConnector(async () => ['93.184.216.34'], ['127.0.0.0/8'])
  const socket = await connect('public.example.com')
  expect(socket.remoteAddress).toBe('127.0.0.1')
  expect(attempts).toMatchObject([{ hostname: '93.184.216.34' }])
  socket.destroy()
})

it('keeps the name for TLS while it connects to the address', async () => {
  const { attempts, connect } = openConnector(async () => ['93.184.216.34'], ['127.0.0.0/8'])
  const socket = await connect('secure.example.com', 'https:')
  expect(attempts).toMatchObject([{ hostname: '93.184.216.34', host: 'secure.example.com' }])
  socket.destroy()
})

it('reports a name without addresses', async () => {
  const { connect } = openConnector(async () => [])
  await expect(connect('nowhere.example.com')).rejects.toMatchObject({
    code: 'upstream-error',
    details: { reason: 'dns-not-found' },
  })
})
