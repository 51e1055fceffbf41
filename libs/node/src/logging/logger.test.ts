import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { escapeControls } from './escape-controls.ts'
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

it('removes every text inside a secret', () => {
  const lines: string[] = []
  const token = { value: 's3cret', parts: ['s3cret'], usage: { inputTokens: 12 } }
  logInto(lines).info('Refused.', { token })
  expect(lines[0]).not.toContain('s3cret')
  expect(entry(lines[0])).toMatchObject({ token: { usage: { inputTokens: 12 } } })
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

const escapes = '\u001b[2J\u009b31m\r\nfake\u007f\u2028\u202e'

it('escapes control characters in JSON', () => {
  const lines: string[] = []
  logInto(lines).info(`Ready.${escapes}`, { [escapes]: 1, list: [escapes] })
  const text = lines.join('').slice(0, -1)
  expect(text).toBe(escapeControls(text))
  expect(entry(text)).toMatchObject({ msg: `Ready.${escapes}`, [escapes]: 1, list: [escapes] })
})

it('escapes control characters for a terminal', () => {
  const lines: string[] = []
  const log = createLogger({ name: 'hub', pretty: true, write: (line) => lines.push(line) })
  log.info(`Ready.${escapes}`, { port: escapes, [escapes]: 1, list: [escapes] })
  const [, text = ''] = lines.join('').slice(0, -1).split(' hub: ')
  expect(text).toContain(String.raw`Ready.\u001b[2J\u009b31m\u000d\u000afake`)
  expect(text).toBe(escapeControls(text))
})

it('indents the stack of an error, so that its message cannot start another entry', () => {
  const lines: string[] = []
  const log = createLogger({ name: 'hub', pretty: true, write: (line) => lines.push(line) })
  log.error('Failed.', { error: new Error('broken\n12:00:00 info hub: fake\u001b[2J') })
  expect(lines.join('')).toContain(String.raw`  12:00:00 info hub: fake\u001b[2J`)
  expect(lines.join('')).toMatch(/\n {2}12:00:00/)
})

it('shortens session ids in any text', () => {
  const lines: string[] = []
  const id = `ses-${'0123456789abcdef'.repeat(2)}01234567`
  logInto(lines).info(`DELETE /sessions/${id}/requests/${id}`, { text: id, error: new Error(id) })
  expect(lines.join('')).not.toContain(id)
  expect(entry(lines[0])).toMatchObject({ msg: 'DELETE /sessions/ses-0123…/requests/ses-0123…' })
})
