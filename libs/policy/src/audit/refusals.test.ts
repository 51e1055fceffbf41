import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { settableClock } from '../limits/policy-counters.contract.ts'
import { createAudit } from './create-audit.ts'
import { createRefusalAudit } from './refusals.ts'

function start() {
  const lines: Record<string, unknown>[] = []
  const timers: (() => void)[] = []
  const clock = {
    ...settableClock(),
    after(_ms: number, run: () => void) {
      timers.push(run)
      return () => void timers.splice(timers.indexOf(run), 1)
    },
  }
  const sink = { write: (line: string) => void lines.push(JSON.parse(line)), close() {} }
  const refusals = createRefusalAudit(createAudit({ sink, digest: (text) => text }), clock)
  const authenticate = refusals.watch((request) => {
    const token = request.header('authorization')
    if (token === 'Bearer expired') throw new McpError('unauthenticated', 'It has expired.')
    return token === 'Bearer right' ? { id: 'ada' } : undefined
  })
  const send = (authorization: string | undefined, address?: string) =>
    authenticate({ header: () => authorization, peer: { isLoopback: false, address } })
  const passMinute = (): void => {
    for (const run of timers.splice(0)) run()
  }
  return { lines, send, passMinute, close: () => refusals.close() }
}

it('records a refusal with its address and its reason, and no admitted caller', () => {
  const { lines, send } = start()
  expect(send('Bearer right', '10.0.0.1')).toEqual({ id: 'ada' })
  expect(send(undefined, '10.0.0.1')).toBeUndefined()
  expect(() => send('Bearer expired', '10.0.0.1')).toThrow('It has expired.')
  expect(lines).toMatchObject([
    { event: 'refused', address: '10.0.0.1', reason: 'missing-token', count: 1 },
    { event: 'refused', address: '10.0.0.1', reason: 'invalid-token', count: 1 },
  ])
  expect(JSON.stringify(lines)).not.toContain('expired')
})

it('writes at most 44 lines a minute in a flood from many addresses, and counts every request', () => {
  const { lines, send, passMinute, close } = start()
  for (let count = 0; count < 10_000; count++) void send('Bearer guess', `10.0.${count % 200}.1`)
  passMinute()
  expect(lines.length).toBeLessThanOrEqual(44)
  const total = () => lines.reduce((sum, { count }) => sum + Number(count), 0)
  expect(total()).toBe(10_000)
  expect(lines).toContainEqual(expect.objectContaining({ address: 'others' }))
  for (let count = 0; count < 2; count++) void send('Bearer guess', '10.0.0.1')
  close()
  expect(total()).toBe(10_002)
})
