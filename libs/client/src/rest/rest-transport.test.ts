import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import type { RestCall, RestHeaders } from './rest-transport.ts'
import { createRestTransport } from './rest-transport.ts'

function send(call: RestCall, headers?: RestHeaders): Promise<unknown> {
  const fetch = () => Response.json({})
  return createRestTransport({ url: 'http://localhost:8080', headers, fetch }).send(call)
}

const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic

it.each([
  ['cyclic', cyclic],
  ['a BigInt', { count: 1n }],
])('refuses a body that is %s', async (_what, body) => {
  const sent = send({ method: 'POST', path: ['runs'], body })
  await expect(sent).rejects.toThrow('The body must be JSON, without cycles and BigInt.')
  await expect(sent).rejects.toMatchObject({ code: 'invalid-params' })
})

it.each(['', '..', 'a\ud800'])('refuses the id %j', async (id) => {
  const message = `Invalid id: ${JSON.stringify(id)}.`
  await expect(send({ path: ['runs', id] })).rejects.toThrow(message)
})

it('refuses an invalid header, and does not repeat its value', async () => {
  for (const headers of [{ authorization: 'Bearer secret-1\nx' }, { 'a b': 'secret-1' }]) {
    const error: unknown = await send({ path: ['runs'] }, headers).catch(
      (thrown: unknown) => thrown,
    )
    expect(McpError.is(error) && error.code).toBe('invalid-params')
    expect(String(error)).toContain(`Invalid header "${Object.keys(headers)[0]}".`)
    expect(String(Object(error).cause)).not.toContain('secret-1')
    expect(String(error)).not.toContain('secret-1')
  }
})
