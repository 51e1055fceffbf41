import { expect, it } from 'vitest'

import { parseAllowedHosts } from './allowed-hosts.ts'
import { createHostGuard } from './host-guard.ts'

/** Returns whether a list of allowed hosts allows a URL. All names resolve to 10.0.0.1. */
function opens(list: readonly string[], address: string): Promise<boolean> {
  const guard = createHostGuard(parseAllowedHosts(list), async () => ['10.0.0.1'])
  const url = new URL(address)
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  return Promise.resolve()
    .then(() => guard.checkUrl(url))
    .then(() => guard.addressesOf({ hostname, port: Number(url.port || 80) }))
    .then(
      () => true,
      () => false,
    )
}

it.each([
  ['intranet.example', 'http://intranet.example/'],
  ['intranet.example', 'http://intranet.example.:8080/'],
  ['INTRANET.example', 'http://intranet.EXAMPLE/'],
  ['wiki', 'http://wiki/'],
  ['bücher.example', 'http://xn--bcher-kva.example/'],
  ['*.bücher.example', 'http://a.bücher.example/'],
  ['localhost', 'http://localhost:3000/'],
  ['localhost:3000', 'http://localhost:3000/'],
  ['*.corp.example', 'http://a.b.corp.example/'],
  ['*.corp.example:8080', 'http://a.corp.example:8080/'],
  ['10.0.0.1', 'http://10.0.0.1/'],
  ['10.0.0.1:81', 'http://10.0.0.1:81/'],
  ['10.0.0.0/8', 'http://10.255.255.255/'],
  ['10.0.0.0/8', 'http://named.example/'],
  ['127.0.0.0/8', 'http://[::ffff:127.0.0.1]/'],
  ['::1', 'http://[::1]:3000/'],
  ['[::1]', 'http://[::1]:3000/'],
  ['[::1]:3000', 'http://[::1]:3000/'],
  ['fd00::/8', 'http://[fd12::1]/'],
  ['elastic.example:9200', 'http://elastic.example:9200/'],
])('%s allows %s', async (entry, address) => {
  expect(await opens([entry], address)).toBe(true)
  expect(await opens([], address)).toBe(false)
})

it.each([
  ['intranet.example', 'http://intranet.example.evil.example/'],
  ['intranet.example', 'http://a.intranet.example/'],
  ['intranet.example', 'http://10.0.0.1/'],
  ['intranet.example:8080', 'http://intranet.example/'],
  ['*.corp.example', 'http://corp.example/'],
  ['*.corp.example', 'http://evilcorp.example/'],
  ['10.0.0.0/8', 'http://11.0.0.1.nip.example@10.0.0.1/'],
  ['10.0.0.0/8', 'http://127.0.0.1/'],
  ['10.0.0.0/8', 'http://localhost/'],
  ['10.0.0.1:81', 'http://10.0.0.1:82/'],
  ['10.0.0.0/8', 'http://10.0.0.1:6379/'],
  ['elastic.example', 'http://elastic.example:9200/'],
])('%s does not allow %s', async (entry, address) => {
  expect(await opens([entry], address)).toBe(false)
})

it.each([
  '',
  '*',
  '*.',
  'a b',
  'http://intranet.example',
  '10.0.0.0/33',
  '10.0.0/8',
  'host:0',
  'host:99999',
  '*.*.example',
  '1.2.3.4/x',
  '127.1',
  '2130706433',
])('refuses the entry %j and describes valid entries', (entry) => {
  expect(() => parseAllowedHosts([entry])).toThrow('Invalid allowed host')
})
