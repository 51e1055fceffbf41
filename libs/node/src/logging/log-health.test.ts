import { expect, it } from 'vitest'

import { logHealth } from './log-health.ts'
import { createLogger } from './logger.ts'

it('logs the state and the reason of a server', () => {
  const lines: string[] = []
  const log = createLogger({ name: 'test', pretty: false, write: (line) => lines.push(line) })
  const onHealthChange = logHealth(log)
  onHealthChange('roots', { state: 'degraded', reason: 'a folder is missing' })
  onHealthChange('roots', { state: 'healthy' })
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { msg: 'Server is degraded', server: 'roots', reason: 'a folder is missing' },
    { msg: 'Server is healthy', server: 'roots' },
  ])
})
