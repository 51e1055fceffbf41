import { expect, it } from 'vitest'

import { internetServer } from './internet-server.ts'

it.each([
  ['allowedHosts', { allowedHosts: ['http://intranet.example'] }, 'http://intranet.example'],
  ['search.searxngUrl', { search: { searxngUrl: 'searxng.internal' } }, 'search.searxngUrl'],
  ['proxy.https', { proxy: { https: 'proxy.example:3128' } }, 'proxy.https'],
  ['proxy.http', { proxy: { http: 'socks5://proxy.example' } }, 'proxy.http'],
])('reports an invalid %s at startup', (_name, options, what) => {
  expect(() => internetServer(options)).toThrow(
    expect.objectContaining({
      code: 'invalid-request',
      message: expect.stringContaining(what),
    }),
  )
})

it('does not reveal the password of a URL', () => {
  const start = () => internetServer({ proxy: { http: 'ftp://ann:secret@proxy.example' } })
  expect(start).toThrow(/^(?!.*secret).*proxy\.http/)
})

it('accepts an empty proxy as "not set"', () => {
  expect(() => internetServer({ proxy: { https: '', http: '' } })).not.toThrow()
})
