import { expect, it } from 'vitest'

import { destinationsOf } from './destinations.ts'

const hostsOf = (value: unknown) => destinationsOf({ type: 't', payload: { params: { value } } })

it.each([
  ['https://example.com/a', 'example.com'],
  ['HTTPS://Ann:x@EXAMPLE.com:443', 'example.com'],
  ['example.com', 'example.com'],
  ['Example.COM', 'example.com'],
  ['example.com.', 'example.com.'],
  ['example.com:8080', 'example.com:8080'],
  ['example.com/path?x=1', 'example.com'],
  ['example.com#x', 'example.com'],
  ['//example.com/path', 'example.com'],
  ['\\\\example.com\\share', 'example.com'],
  [' example.com\n', 'example.com'],
  ['exam\tple.com', 'example.com'],
  ['ann@example.com', 'example.com'],
  ['mailto:ann@example.com', 'example.com'],
  ['ann:secret@example.com/x', 'example.com'],
  ['localhost:3000', 'localhost:3000'],
  ['127.0.0.1', '127.0.0.1'],
  ['10.0.0.1:8080/x', '10.0.0.1:8080'],
  ['[::1]:8080', '[::1]:8080'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['例え。テスト', 'xn--r8jz45g.xn--zckzah'],
  ['wss://example.com/socket', 'example.com'],
])('finds the host of %j', (text, host) => {
  expect(hostsOf(text)).toEqual([host])
  expect(hostsOf({ deep: [{ text }] })).toEqual([host])
  expect(hostsOf({ [text]: 'x' })).toEqual([host])
})

it.each([
  ['ann@example.com,bob@evil.test', ['example.com', 'evil.test']],
  ['ann@example.com, bob@evil.test', ['example.com', 'evil.test']],
  ['ann@example.com;bob@evil.test', ['example.com', 'evil.test']],
  ['mailto:ann@example.com,bob@evil.test', ['example.com', 'evil.test']],
  ['mailto:ann@example.com?cc=bob@evil.test', ['example.com', 'evil.test']],
  ['Ann <ann@example.com>, Bob <bob@evil.test>', ['example.com', 'evil.test']],
  ['example.com,evil.test', ['example.com', 'evil.test']],
  ['https://example.com/,https://evil.test', ['example.com', 'evil.test']],
  ['https://example.com/a,b.html', ['example.com']],
])('finds the hosts of the list %j', (text, hosts) => {
  expect(hostsOf(text)).toEqual(hosts)
})

it.each([
  'a text',
  '1.5',
  '1.2.3',
  'e.g',
  '...',
  '',
  'a sentence about example.com',
  '/home/ann',
  'mailto:',
  7,
  null,
])('finds no host in %j', (value) => {
  expect(hostsOf(value)).toEqual([])
})

it('takes linear time', () => {
  const duration = (length: number): number => {
    const start = process.cpuUsage()
    hostsOf('a.'.repeat(length))
    hostsOf('a'.repeat(length))
    hostsOf('@'.repeat(length))
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  duration(1000)
  expect(duration(200_000)).toBeLessThan(20 * duration(40_000) + 50_000)
})
