import { expect, it } from 'vitest'

import { logBreaker } from './log-breaker.ts'
import { logProvider } from './log-provider.ts'
import { logRequests } from './log-requests.ts'
import { createLogger } from './logger.ts'
import type { LogLevel } from './log-level.ts'

function start(level: LogLevel) {
  const lines: string[] = []
  const write = (line: string): void => void lines.push(line)
  const log = createLogger({ name: 'test', level, pretty: false, write })
  return { log, entries: () => lines.map((line): unknown => JSON.parse(line)), lines }
}

it('logs each change of a circuit breaker and of a model provider', () => {
  const { log, entries } = start('info')
  const onBreakerChange = logBreaker(log)
  onBreakerChange({ server: 'roots', replica: '0', isClosed: false })
  onBreakerChange({ server: 'roots', replica: '0', isClosed: true })
  const onChange = logProvider(log)
  onChange({ provider: 'openai', isAvailable: false, reason: 'The provider cannot be reached.' })
  onChange({ provider: 'openai', isAvailable: true })
  expect(entries()).toMatchObject([
    { level: 40, msg: 'Circuit breaker opened: calls wait for a probe', server: 'roots' },
    { level: 30, msg: 'Circuit breaker closed', server: 'roots' },
    { level: 40, msg: 'Model provider fails', reason: 'The provider cannot be reached.' },
    { level: 30, msg: 'Model provider succeeds again', provider: 'openai' },
  ])
})

it('logs a request with its ids, without the whole session id and without raw control characters', () => {
  const ended = {
    requestId: 'req-1\u001b[31m\nforged line',
    sessionId: 'ses-0123456789abcdef0123456789abcdef',
    principal: 'ann',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    server: 'tools',
    operation: 'calculator.add',
    status: 'ok',
    durationMs: 3,
  }
  const { log, entries, lines } = start('debug')
  logRequests(log)?.(ended)
  expect(entries()).toMatchObject([
    {
      level: 20,
      msg: 'Request ended',
      sessionId: 'ses-0123…',
      principal: 'ann',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      operation: 'calculator.add',
      status: 'ok',
      durationMs: 3,
    },
  ])
  // oxlint-disable-next-line no-control-regex -- these characters are the subject of the test
  expect(lines.join('')).not.toMatch(/\u001b|\nforged/)
  expect(logRequests(start('info').log)).toBeUndefined()
})
