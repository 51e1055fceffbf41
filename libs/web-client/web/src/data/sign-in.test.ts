import { afterEach, expect, it, vi } from 'vitest'

import { fetchSignedIn, isSignInRequired } from './sign-in.ts'
import { setToken, tokenHeaders } from './token.ts'

const address = 'http://client.test/servers'
const request = () => new Request(address, { headers: { ...tokenHeaders() } })
const respond = (status: number) => new Response(null, { status })

afterEach(() => {
  setToken('')
  vi.unstubAllGlobals()
})

it('requires a token after a refusal, until the user enters one', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(respond(401)))
  await fetchSignedIn(request())
  expect(isSignInRequired()).toBe(true)
  setToken('first')
  expect(isSignInRequired()).toBe(false)
  await fetchSignedIn(request())
  expect(isSignInRequired()).toBe(true)
})

it('does not require another token if a request with the former one is refused late', async () => {
  const late = Promise.withResolvers<Response>()
  vi.stubGlobal('fetch', () => late.promise)
  const sent = fetchSignedIn(request())
  setToken('first')
  late.resolve(respond(401))
  expect((await sent).status).toBe(401)
  expect(isSignInRequired()).toBe(false)
})
