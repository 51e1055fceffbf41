import { McpError, systemClock } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { createLogger } from '../logging/logger.ts'
import { createRefusalLog } from './refusal-log.ts'

it('logs one refusal per reason and minute, and how many it left out', () => {
  const lines: string[] = []
  const write = (line: string): unknown => lines.push(line)
  const log = createLogger({ name: 'test', level: 'warn', pretty: false, write })
  let now = 0
  const logRefusal = createRefusalLog(log, { ...systemClock, now: () => now })
  const refused = (reason: string) => new McpError('forbidden', 'No.', { details: { reason } })

  for (let count = 0; count < 5; count++) logRefusal(refused('foreign-host'))
  logRefusal(refused('foreign-origin'))
  logRefusal(new McpError('rate-limited', 'Too many.'))
  now = 60_000
  logRefusal(refused('foreign-host'))

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { msg: 'Request refused: No.', reason: 'foreign-host' },
    { reason: 'foreign-origin' },
    { reason: 'rate-limited' },
    { reason: 'foreign-host', suppressed: 4 },
  ])
})
