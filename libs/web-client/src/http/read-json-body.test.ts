import { expect, it } from 'vitest'
import * as z from 'zod'

import { readJsonBody } from './read-json-body.ts'

const schema = z.object({ name: z.string().optional() })
const json = { 'content-type': 'application/json' }
const page = { origin: 'https://app.example.org' }

function read(headers: Readonly<Record<string, string>>, body?: string) {
  const request = new Request('http://localhost/x', { method: 'POST', headers, body: body ?? null })
  return readJsonBody(request, schema, 20)
}

it('reads an empty body as an empty object', async () => {
  expect(await read({})).toEqual({})
  expect(await read({ ...page, ...json })).toEqual({})
})

it.each([
  ['a web page without a content type', 'invalid-request', page, undefined],
  ['a value that the schema rejects', 'invalid-request', json, '{"name":1}'],
  ['another content type', 'invalid-request', { 'content-type': 'text/plain' }, '{}'],
  ['invalid JSON', 'parse-error', json, '{'],
  ['a large body', 'payload-too-large', json, JSON.stringify({ name: 'x'.repeat(20) })],
] as const)('refuses %s with %s', async (_case, code, headers, body) => {
  await expect(read(headers, body)).rejects.toMatchObject({ code })
})
