import { createRequest } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { logFailures } from './log-failures.ts'
import { createLogger } from './logger.ts'

it('logs a failure with the ids of its request and trace', () => {
  const lines: string[] = []
  const log = createLogger({ name: 'test', pretty: false, write: (line) => lines.push(line) })
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const request = createRequest('tool-execution', {}, { id: 'req-1', metadata: { traceparent } })
  logFailures(log)(new Error('broken'), { request })
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    requestId: 'req-1',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    error: { message: 'broken' },
  })
})
