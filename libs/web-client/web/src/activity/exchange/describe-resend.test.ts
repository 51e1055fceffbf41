import type { OperationDescription, ServerListing } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { describeResend } from './describe-resend.ts'

const operation: OperationDescription = {
  type: 'roots-request',
  targetKey: 'root',
  operation: 'writeFile',
  title: 'Write a file',
  description: 'Writes a file.',
  paramsSchema: { type: 'object', properties: { path: { type: 'string' } } },
  targetSchema: { type: 'string' },
  targetRequired: true,
  resultSchema: {},
  hints: {
    readOnly: false,
    destructive: true,
    idempotent: true,
    openWorld: false,
    interactive: false,
  },
  audience: 'model',
  errors: [],
  examples: [],
}
const server: ServerListing = {
  name: 'roots',
  source: 'mcp-server-6',
  version: '1.0.0',
  routes: [],
  operations: [operation],
  notifications: {},
  health: { state: 'healthy' },
}
const exchange = { server: 'roots', operation: 'writeFile' }

it('sends a request unchanged, or with its arguments in the console', () => {
  const payload = { root: 'docs', operation: 'writeFile', params: { path: 'a.md' } }
  expect(describeResend([server], exchange, payload)).toMatchObject({
    type: 'possible',
    request: { type: 'roots-request', payload },
    address: `/console/roots/writeFile?args=${encodeURIComponent('{"root":"docs","path":"a.md"}')}`,
    note: undefined,
  })
})

it.each([
  ['a secret', { operation: 'writeFile', params: { path: '[secret]' } }, false, 'Secrets are not'],
  ['no arguments', undefined, false, 'arguments were not recorded'],
  ['long arguments', { operation: 'writeFile', params: { path: 'x'.repeat(9000) } }, true, 'long'],
])('describes a request with %s', (_name, payload, isComplete, note) => {
  const resend = describeResend([server], exchange, payload)
  expect(resend).toMatchObject({ type: 'possible', note: expect.stringContaining(note) })
  expect(resend.type === 'possible' && resend.request !== undefined).toBe(isComplete)
})

it('names an operation that no longer exists', () => {
  expect(describeResend([server], { server: 'notes', operation: 'add' }, {})).toEqual({
    type: 'impossible',
    reason: 'The catalogue does not have the operation notes.add.',
  })
})
