import type { ConnectionStatus } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { shownConnection } from './shown-connection.ts'

const since = '2026-11-29T12:00:00.000Z'

function shown(connection: Partial<ConnectionStatus>) {
  const status: ConnectionStatus = { phase: 'ready', since, ...connection }
  return shownConnection({ health: { state: 'healthy', connection: status } })
}

it('shows no connection of a server of the hub', () => {
  expect(shownConnection({ health: { state: 'healthy' } })).toBeUndefined()
})

it.each([
  ['starting', 'connecting'],
  ['ready', 'connected'],
  ['degraded', 'connected, but not listed'],
  ['awaiting-auth', 'waiting for a login'],
  ['stopped', 'not connected; connects at the next call'],
  ['failed', 'could not connect'],
] as const)('names the phase %s', (phase, name) => {
  expect(shown({ phase })).toMatchObject({ phase: name, since: Date.parse(since) })
})

it.each([
  ['https://example.com/authorize?state=a', true],
  ['http://127.0.0.1:8080/authorize', true],
  ['javascript:alert(1)', false],
  ['data:text/html,a', false],
])('links the login at %s: %s', (loginUrl, isLink) => {
  expect(shown({ phase: 'awaiting-auth', loginUrl })?.login).toEqual({ url: loginUrl, isLink })
})

it('shows what an operator has to know, but not the same reason twice', () => {
  const attempt = { transport: 'stdio', durationMs: 3, outcome: 'files 1.2.0, legacy' }
  const changedTools = [{ tool: 'read', isOffered: false, differences: [] }]
  expect(shown({ attempt, changedTools, lastErrorLines: ['started'] })).toMatchObject({
    attempt: 'files 1.2.0, legacy',
    changedTools: ['read'],
    lastErrorLines: ['started'],
    login: undefined,
  })
  expect(shown({ phase: 'failed', attempt })?.attempt).toBeUndefined()
})
