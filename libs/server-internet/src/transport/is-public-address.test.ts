import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isPublicAddress } from './is-public-address.ts'

const octet = fc.integer({ min: 0, max: 255 })
const hex = (high: number, low: number) => (high * 256 + low).toString(16)

/** Generates IPv4 addresses with this prefix. */
const ipv4 = (...first: readonly number[]) =>
  fc
    .array(octet, { minLength: 4 - first.length, maxLength: 4 - first.length })
    .map((rest) => first.concat(rest))

const notPublic = fc.oneof(
  ipv4(0),
  ipv4(10),
  ipv4(127),
  ipv4(169, 254),
  ipv4(192, 168),
  ipv4(192, 0, 2),
  fc.integer({ min: 16, max: 31 }).chain((second) => ipv4(172, second)),
  fc.integer({ min: 64, max: 127 }).chain((second) => ipv4(100, second)),
  fc.integer({ min: 224, max: 255 }).chain((first) => ipv4(first)),
)

describe('refuses every IPv4 address that is not public', () => {
  const wrappings: readonly [string, (octets: readonly number[]) => string][] = [
    ['as it is', (octets) => octets.join('.')],
    ['mapped', (octets) => `::ffff:${octets.join('.')}`],
    ['mapped, in hex', ([a = 0, b = 0, c = 0, d = 0]) => `::ffff:${hex(a, b)}:${hex(c, d)}`],
    ['compatible', (octets) => `::${octets.join('.')}`],
    ['translated', (octets) => `::ffff:0:${octets.join('.')}`],
    ['behind NAT64', (octets) => `64:ff9b::${octets.join('.')}`],
    ['behind local NAT64', (octets) => `64:ff9b:1::${octets.join('.')}`],
    ['in 6to4', ([a = 0, b = 0, c = 0, d = 0]) => `2002:${hex(a, b)}:${hex(c, d)}::1`],
    [
      'in Teredo',
      ([a = 0, b = 0, c = 0, d = 0]) =>
        `2001:0:1:2:3:4:${hex(255 - a, 255 - b)}:${hex(255 - c, 255 - d)}`,
    ],
  ]

  it.each(wrappings)('%s', (_name, wrap) => {
    fc.assert(
      fc.property(notPublic, (octets) => {
        expect(isPublicAddress(wrap(octets))).toBe(false)
      }),
    )
  })
})

it.each([
  '1.1.1.1',
  '93.184.216.34',
  '172.32.0.1',
  '100.128.0.1',
  '::ffff:93.184.216.34',
  '64:ff9b::93.184.216.34',
  '2606:2800:220:1:248:1893:25c8:1946',
  '2a00:1450:4001::1',
])('accepts the public address %s', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

it.each(['', 'example.com', '1.2.3.4.5', '::g', '300.1.1.1', '1.1.1.1/8', '1.1', '0x1010101'])(
  'rejects %j as an address',
  (address) => {
    expect(isPublicAddress(address)).toBe(false)
  },
)
