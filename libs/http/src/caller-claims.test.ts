import { createNotification, createRequest } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { withoutCallerClaims } from './caller-claims.ts'

it('removes the session and the principal that a caller claims, and nothing else', () => {
  const metadata = { sessionId: 'ses-1', principal: 'eve', traceparent: '00-1-2-01', colour: 'red' }
  const request = createRequest('tool-execution', { operation: 'list' }, { metadata })
  expect(withoutCallerClaims(request)).toEqual({
    ...request,
    metadata: { version: '1.0', source: 'mcp-client', traceparent: '00-1-2-01', colour: 'red' },
  })
  expect(request.metadata.principal).toBe('eve')
})

it.each([{ sessionId: 'ses-1' }, { principal: 'eve' }])('removes %j on its own', (claim) => {
  const { metadata } = withoutCallerClaims(createNotification('note', {}, { metadata: claim }))
  expect(metadata).toEqual({ version: '1.0', source: 'session-manager' })
})

it('returns an envelope without claims as the same object', () => {
  const request = createRequest('tool-execution')
  expect(withoutCallerClaims(request)).toBe(request)
})
