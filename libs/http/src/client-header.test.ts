import { expect, it } from 'vitest'

import { decodeClient, encodeClient } from './client-header.ts'

const capabilities = { elicitation: { form: {}, url: {} }, roots: { listChanged: true } }

it.each([
  { capabilities: {} },
  { capabilities, logLevel: 'warning' },
  { capabilities, logLevel: undefined, info: { name: 'Änne’s 🦊 client', version: '1\r\nx: y' } },
  { capabilities: { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['a', 'b'] } } } },
  { capabilities: {}, info: { name: '\u007f\u0000\ud800', version: '' } },
] as const)('decodes what it encoded: %j', (client) => {
  const value = encodeClient(client)
  expect(value).toMatch(/^[\x20-\x7e]+$/)
  expect(new Headers({ x: value }).get('x')).toBe(value)
  expect(decodeClient(value)).toEqual({ logLevel: undefined, info: undefined, ...client })
})

const long = { note: 'ü'.repeat(2000) }

it.each([
  [{ name: 'x'.repeat(5000), version: '1' }, capabilities, capabilities],
  [undefined, { ...capabilities, experimental: long }, capabilities],
  [undefined, { ...capabilities, extensions: long }, capabilities],
  [undefined, { elicitation: long }, {}],
])('shortens a description that is too long for a header', (info, declared, sent) => {
  const value = encodeClient({ capabilities: declared, logLevel: 'error', info })
  expect(value.length).toBeLessThanOrEqual(4096)
  expect(decodeClient(value)).toEqual({ capabilities: sent, logLevel: 'error', info: undefined })
})

it.each([
  '',
  'x',
  '5',
  '[]',
  '{}',
  '{"capabilities":[]}',
  '{"capabilities":{},"logLevel":"loud"}',
  '{"capabilities":{},"info":{"name":1,"version":"1"}}',
  `{"capabilities":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`,
])('rejects the value %j', (value) => {
  expect(() => decodeClient(value)).toThrow(
    expect.objectContaining({
      code: 'invalid-request',
      details: { header: 'mcp-context-client' },
    }),
  )
})
