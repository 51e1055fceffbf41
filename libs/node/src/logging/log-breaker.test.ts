import { expect, it } from 'vitest'

import { logBreaker } from './log-breaker.ts'
import { createLogger } from './logger.ts'

it('logs each change of a circuit breaker', () => {
  const lines: string[] = []
  const log = createLogger({ name: 'test', pretty: false, write: (line) => lines.push(line) })
  const onBreakerChange = logBreaker(log)
  onBreakerChange({ server: 'roots', replica: '0', isClosed: false })
  onBreakerChange({ server: 'roots', replica: '0', isClosed: true })
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: 40, msg: 'Circuit breaker opened: calls wait for a probe', server: 'roots' },
    { level: 30, msg: 'Circuit breaker closed', server: 'roots' },
  ])
})
