import type { ActivityEntry } from '@mcp/protocol/rest'
import { expect, it } from 'vitest'

import { beginExchange } from './exchange.ts'
import { parseFilter } from './filter.ts'

function exchange(seq: number, changes: Partial<ActivityEntry> = {}) {
  const at = new Date(seq).toISOString()
  const entry = {
    seq,
    at,
    kind: 'request',
    id: `req-${seq}`,
    operation: 'add',
    from: 'page',
  } as const
  return beginExchange({ ...entry, ...changes }, seq)
}

const exchanges = [
  exchange(1, { server: 'tools', status: 'success', durationMs: 5 }),
  exchange(2, {
    server: 'roots',
    operation: 'readFile',
    from: 'agent',
    status: 'not-found',
    durationMs: 100,
    preview: '{"path":"README.md"}',
  }),
  exchange(3, { server: 'roots', kind: 'notification', durationMs: 501 }),
  exchange(4, { server: 'tools' }),
  exchange(5, { server: 'database', status: 'cancelled' }),
]

it.each([
  ['', [1, 2, 3, 4, 5]],
  ['server:roots', [2, 3]],
  ['server:roots,tools', [1, 2, 3, 4]],
  ['status:error', [2]],
  ['status:not-found', [2]],
  ['status:cancelled', [5]],
  ['status:open', [4]],
  ['status:open,error', [2, 4]],
  ['-server:roots', [1, 4, 5]],
  ['duration:>500', [3]],
  ['duration:<100', [1]],
  ['duration:>500ms server:tools', []],
  ['kind:notification', [3]],
  ['from:agent', [2]],
  ['operation:readfile', [2]],
  ['README agent', [2]],
  ['unknown:word', []],
])('filters by %j', (text, expected) => {
  expect(exchanges.filter(parseFilter(text)).map(({ seq }) => seq)).toEqual(expected)
})
