import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import type { Logger } from './logger.ts'
import { createLogger } from './logger.ts'
import type { LogLevel } from './log-level.ts'

function logInto(lines: string[], level: LogLevel = 'debug'): Logger {
  return createLogger({ name: 'test', level, pretty: false, write: (line) => lines.push(line) })
}

function entry(line = ''): unknown {
  return JSON.parse(line)
}

it('writes one JSON line per entry, with the fields of its logger', () => {
  const lines: string[] = []
  const log = logInto(lines).child({ requestId: 'req-1', traceId: 'abc' })
  log.warn('A server is slow.', { tookMs: 42 })
  expect(lines).toHaveLength(1)
  expect(entry(lines[0])).toMatchObject({
    level: 40,
    name: 'test',
    requestId: 'req-1',
    traceId: 'abc',
    tookMs: 42,
    msg: 'A server is slow.',
  })
})

it('writes nothing below its level', () => {
  const lines: string[] = []
  const log = logInto(lines, 'error')
  log.warn('not this')
  log.error('this')
  expect(lines).toHaveLength(1)
})

it('removes secrets, and shortens session ids', () => {
  const lines: string[] = []
  logInto(lines).info('Refused with Bearer of a bad token.', {
    headers: { Authorization: 'Bearer s3cret', cookie: 'session=s3cret', accept: '*/*' },
    apiKey: 's3cret',
    text: 'sent "authorization: Bearer s3cret" to https://ann:s3cret@example.org',
    sessionId: '12345678-1234-1234-1234-123456789012',
  })
  expect(lines.join()).not.toContain('s3cret')
  expect(lines.join()).not.toContain('123456789012')
  expect(entry(lines[0])).toMatchObject({ headers: { accept: '*/*' }, sessionId: '12345678…' })
})

it('writes an error with its cause, and without the secrets in them', () => {
  const lines: string[] = []
  const cause = new Error('GET http://u:s3cret@host failed')
  logInto(lines).error('Failed.', {
    error: new McpError('internal', 'Broken.', { cause, details: { token: 's3cret' } }),
  })
  expect(lines.join()).not.toContain('s3cret')
  expect(entry(lines[0])).toMatchObject({
    error: { message: 'Broken.', code: 'internal', cause: { name: 'Error' } },
  })
})

it('writes readable lines if pretty is set', () => {
  const lines: string[] = []
  const log = createLogger({ name: 'hub', pretty: true, write: (line) => lines.push(line) })
  log.info('Ready.', { port: 5000 })
  expect(lines.join()).toMatch(/^\d\d:\d\d:\d\d .*info.* hub: Ready\. port=5000\n$/)
})
