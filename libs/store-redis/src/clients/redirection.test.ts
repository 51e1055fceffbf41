import { expect, it } from 'vitest'

import { parseRedirection } from './redirection.ts'

const from = { host: '10.0.0.1', port: 6379 }
const parse = (message: string) => parseRedirection(new Error(message), from)

it('reads the node of a slot that has moved, or is moving', () => {
  const node = { host: '10.0.0.2', port: 7000 }
  expect(parse('MOVED 3999 10.0.0.2:7000')).toEqual({ type: 'moved', slot: 3999, node })
  expect(parse('ASK 3999 10.0.0.2:7000')).toEqual({ type: 'ask', node })
  expect(parse('ASK 1 ::1:7000')).toEqual({ type: 'ask', node: { host: '::1', port: 7000 } })
})

it('uses the host of the node that responded if the other one does not know its own', () => {
  expect(parse('MOVED 3999 :7000')).toMatchObject({ node: { host: '10.0.0.1', port: 7000 } })
})

it.each([
  'TRYAGAIN Multiple keys request during rehashing of slot',
  'CLUSTERDOWN Hash slot not served',
  'LOADING Redis is loading the dataset in memory',
  "Stream isn't writeable and enableOfflineQueue options is false",
])('repeats a command that was not run: %s', (message) => {
  expect(parse(message)).toEqual({ type: 'later' })
})

it.each([
  'Command timed out',
  'Connection is closed.',
  'ERR user_script:1: MOVED 1 10.0.0.2:7000',
  'OOM command not allowed',
])('does not repeat a command that may have run: %s', (message) => {
  expect(parse(message)).toBeUndefined()
})
