import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { acceptRequest } from './accept-request.ts'
import { createNotification, createRequest, createResponse } from './create-envelope.ts'
import { envelopeSchemas } from './envelope-schemas.ts'
import { McpError } from '../errors/mcp-error.ts'
import { parseNotification, parseRequest, parseResponse } from './parse-envelope.ts'

describe('constructors', () => {
  it('create a request that parses to itself', () => {
    const request = createRequest('tool-execution', { tool: 'calculator' }, { source: 'my-app' })
    expect(request.id).toMatch(/^req-[0-9a-f-]{36}$/)
    expect(request.metadata).toEqual({ version: '1.0', source: 'my-app' })
    expect(parseRequest(JSON.parse(JSON.stringify(request)))).toEqual(request)
  })

  it('create both kinds of response', () => {
    expect(createResponse('r1', 'success', { result: 5 }, { at: 0 })).toEqual({
      id: 'r1',
      timestamp: '1970-01-01T00:00:00.000Z',
      status: 'success',
      data: { result: 5 },
      metadata: { version: '1.0', source: 'session-manager' },
    })
    const failed = createResponse('r1', 'error', new McpError('not-found', 'No such tool.'))
    expect(failed.error).toEqual({
      code: 'not-found',
      message: 'No such tool.',
      retryable: false,
    })
    expect(parseResponse(failed)).toEqual(failed)
  })

  it('create a notification that parses to itself', () => {
    const notification = createNotification('resource-updated', { uri: 'file:///a' })
    expect(parseNotification(notification)).toEqual(notification)
  })
})

describe('a request with the minimum of fields', () => {
  it('needs nothing but a type', () => {
    const request = parseRequest({ type: 'tool-execution' })
    expect(request).toMatchObject({
      type: 'tool-execution',
      payload: {},
      metadata: { version: '1.0', source: 'mcp-client' },
    })
    expect(request.id).toMatch(/^req-/)
  })

  it('may have a timestamp without an offset', () => {
    const request = parseRequest({ type: 'a', timestamp: '2026-11-22T06:31:10.123456' })
    expect(request.timestamp).toBe('2026-11-22T06:31:10.123456')
  })

  it('keeps unknown metadata and ignores unknown top-level keys', () => {
    const request = parseRequest({ type: 'a', extra: 1, metadata: { colour: 'red' } })
    expect(request.metadata['colour']).toBe('red')
    expect(request).not.toHaveProperty('extra')
  })

  it('may have another minor version, but no other major version', () => {
    expect(parseRequest({ type: 'a', metadata: { version: '1.7' } }).metadata.version).toBe('1.7')
    expect(() => parseRequest({ type: 'a', metadata: { version: '2.0' } })).toThrow(
      expect.objectContaining({ code: 'unsupported-version' }),
    )
  })
})

describe('an invalid request', () => {
  it.each([
    ['a number', 5, 'Invalid request'],
    ['no type', {}, 'type: '],
    ['a type in capitals', { type: 'Tool' }, 'must be kebab-case'],
    ['a long id', { type: 'a', id: 'x'.repeat(10_000) }, '1 to 128 printable'],
    ['a line break in the id', { type: 'a', id: 'a\nb' }, '1 to 128 printable'],
    ['a payload that is a list', { type: 'a', payload: [] }, 'payload: must be an object'],
    ['an unreadable timestamp', { type: 'a', timestamp: 'soon' }, 'must be an ISO 8601'],
    ['a negative timeout', { type: 'a', metadata: { timeoutMs: -1 } }, 'metadata.timeoutMs'],
  ])('with %s reports what is expected', (_what, value, message) => {
    expect(() => parseRequest(value)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
    expect(() => parseRequest(value)).toThrow(message)
  })
})

describe('the fast check before the schema', () => {
  const metadata = fc.record(
    {
      version: fc.constantFrom('1.0', '1.1', '2.0', ''),
      source: fc.string({ maxLength: 130 }),
      timeoutMs: fc.oneof(fc.integer(), fc.double(), fc.constant(86_400_001)),
      traceparent: fc.oneof(fc.string(), fc.constant('x'.repeat(257))),
      colour: fc.jsonValue(),
    },
    { requiredKeys: ['version', 'source'] },
  )
  const request = fc.record(
    {
      id: fc.oneof(fc.string({ maxLength: 140 }), fc.integer(), fc.constant('req-1')),
      timestamp: fc.oneof(
        fc.string(),
        fc.constantFrom('2026-11-22T06:31:10.123Z', '2026-02-30T00:00:00', '2026-11-22T24:00:01Z'),
      ),
      type: fc.oneof(fc.string(), fc.constantFrom('tool-execution', 'a--b', 'a'.repeat(65))),
      payload: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue()),
      metadata: fc.oneof(metadata, fc.jsonValue()),
      extra: fc.jsonValue(),
    },
    { requiredKeys: ['type'] },
  )

  it('accepts nothing that the schema refuses, with the same result', () => {
    fc.assert(
      fc.property(request, (value) => {
        const accepted = acceptRequest(value)
        if (accepted === undefined) return
        const parsed = envelopeSchemas.request().safeParse(value)
        expect(parsed.success && parsed.data).toEqual(accepted)
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['2026-11-22', '2026-11-29', '2026-12-31', '2027-02-28'])(
    'accepts the requests of createRequest on %s',
    (day) => {
      const request = createRequest('tool-execution', {})
      const accepted = acceptRequest({ ...request, timestamp: `${day}T23:59:59.999Z` })
      expect(accepted).toBeDefined()
    },
  )

  it.each(['2026-02-29', '2026-04-31', '2026-13-01'])('leaves %s to the schema', (day) => {
    const request = createRequest('tool-execution', {})
    expect(acceptRequest({ ...request, timestamp: `${day}T00:00:00Z` })).toBeUndefined()
  })
})
