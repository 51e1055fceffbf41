import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'

import { expect, it } from 'vitest'

import { isLoopbackAddress, peerOf } from './peer.ts'

it.each(['localhost', '::1', '127.0.0.1', '127.8.9.10', '::ffff:127.0.0.1'])(
  'treats %s as loopback',
  (address) => {
    expect(isLoopbackAddress(address)).toBe(true)
  },
)

it.each(['127.evil.test', '127.0.0.1.evil.test', '::ffff:127.evil.test', '10.0.0.1', '127.', ''])(
  'does not treat %j as loopback',
  (address) => {
    expect(isLoopbackAddress(address)).toBe(false)
  },
)

/** A connection as `peerOf` reads it. */
function connection(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  Object.defineProperty(request.socket, 'remoteAddress', { value: remoteAddress })
  if (forwardedFor !== undefined) request.headers['x-forwarded-for'] = forwardedFor
  return request
}

it.each([
  ['127.0.0.1', undefined],
  ['::1', undefined],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
])('reports the address of a connection from %s as %s', (remoteAddress, address) => {
  expect(peerOf(connection(remoteAddress)).address).toBe(address)
})

it('reports the last address of X-Forwarded-For if the proxy is on this machine or trusted', () => {
  const forwarded = '198.51.100.1, 203.0.113.7'
  const address = (from: string, value: string, trustProxy = false) =>
    peerOf(connection(from, value), trustProxy)
  expect(address('127.0.0.1', forwarded)).toEqual({ isLoopback: false, address: '203.0.113.7' })
  expect(address('10.0.0.1', forwarded, true).address).toBe('203.0.113.7')
  expect(address('10.0.0.1', forwarded).address).toBe('10.0.0.1')
  expect(address('10.0.0.1', 'unknown', true).address).toBe('10.0.0.1')
  expect(address('127.0.0.1', 'unknown').address).toBeUndefined()
})

it.each(['127.0.0.1', '::1'])(
  'reports the address of a caller on this machine behind a proxy: %s',
  (reported) => {
    const peer = { isLoopback: false, address: reported }
    expect(peerOf(connection('127.0.0.1', `203.0.113.7, ${reported}`), true)).toEqual(peer)
    expect(peerOf(connection('10.0.0.1', reported)).address).toBe('10.0.0.1')
  },
)
