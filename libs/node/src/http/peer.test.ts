import { expect, it } from 'vitest'

import { isLoopbackAddress } from './peer.ts'

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
