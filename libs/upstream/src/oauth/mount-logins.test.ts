import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { mountLogins } from './mount-logins.ts'

const base = 'http://localhost:5000'

/** Creates the login pages of a hub whose logins fail, or complete without an error. */
function create(failure?: unknown) {
  const errors: unknown[] = []
  const mount = mountLogins({
    publicUrl: base,
    upstreams: {
      async completeLogin() {
        if (failure !== undefined) throw failure
        return 'peer'
      },
    },
    onError: (error) => errors.push(error),
  })
  const send = (path: string, method = 'GET') =>
    mount().service.fetch(new Request(`${base}${path}`, { method }))
  return { send, errors }
}

it('reports a completed login', async () => {
  const response = await create().send('/oauth/callback?state=s&code=c')
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('The login at &quot;peer&quot; is complete.')
})

it.each([
  ['not-found', 404],
  ['forbidden', 403],
  ['conflict', 409],
  ['upstream-error', 502],
  ['unavailable', 503],
] as const)('responds to an error with the code %s with status %i', async (code, status) => {
  const { send, errors } = create(new McpError(code, 'It <failed>.'))
  const response = await send('/oauth/callback?state=s&code=c')
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('retry-after')).toBe(status === 503 ? '1' : null)
  expect(await response.text()).toContain('It &lt;failed>.')
  expect(errors).toEqual([])
})

it('reports an unexpected error to the program, and not to the browser', async () => {
  const failure = new Error('the password is hunter2')
  const { send, errors } = create(failure)
  const response = await send('/oauth/callback?state=s&code=c')
  expect(response.status).toBe(500)
  expect(await response.text()).toContain('The login failed.')
  expect(errors).toEqual([failure])
})

it('refuses other methods and paths', async () => {
  const { send } = create()
  const refused = await send('/oauth/callback', 'POST')
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET'])
  expect((await send('/oauth/other')).status).toBe(404)
})
