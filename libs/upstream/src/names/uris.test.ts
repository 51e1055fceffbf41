import fc from 'fast-check'
import { expect, it } from 'vitest'

import { createUris, uriPrefixes } from './uris.ts'

const uris = createUris('notes')

it('prepends the name of the server to the scheme', () => {
  expect(uris.toClient('file:///a b?c#d')).toBe('notes+file:///a b?c#d')
  expect(uris.toClient('demo://resource/{id}')).toBe('notes+demo://resource/{id}')
})

it('keeps the scheme of MCP Apps', () => {
  expect(uris.toClient('ui://get-time/app.html')).toBe('ui://notes/get-time/app.html')
  expect(uris.toServer('ui://notes/get-time/app.html')).toBe('ui://get-time/app.html')
})

it('returns undefined for a URI of another server', () => {
  expect(uris.toServer('other+file:///a')).toBeUndefined()
  expect(uris.toServer('file:///a')).toBeUndefined()
  expect(uris.toServer('ui://other/app.html')).toBeUndefined()
})

it('creates a valid scheme for any name of a server', () => {
  expect(uriPrefixes('my_server').scheme).toBe('my-server+')
  expect(uriPrefixes('2nd').scheme).toBe('x-2nd+')
  expect(URL.canParse(createUris('My_Server').toClient('file:///a'))).toBe(true)
})

it('is reversible', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('ui', 'https', 'a+b', 'notes+file'),
      fc.string(),
      (scheme, rest) => {
        const uri = `${scheme}://${rest}`
        expect(uris.toServer(uris.toClient(uri))).toBe(uri)
      },
    ),
  )
})
