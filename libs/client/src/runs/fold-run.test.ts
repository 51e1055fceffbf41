import type { AgentEvent } from '@mcp/protocol/agent'
import { expect, it } from 'vitest'

import * as api from '../runs.ts'
import { emptyRun, foldRun } from '../runs.ts'

const usage = { inputTokens: 1, outputTokens: 2 }
const events: readonly AgentEvent[] = [
  { type: 'run-started', prompt: 'Add', messageId: 'm-1', provider: 'openai', model: 'small' },
  { type: 'step-started', step: 1 },
  { type: 'reasoning-delta', step: 1, text: 'Hm' },
  { type: 'text-delta', step: 1, text: 'I ' },
  { type: 'text-delta', step: 1, text: 'add.' },
  { type: 'arguments-delta', step: 1, callId: 'a', tool: 'add', text: '{"a"' },
  { type: 'arguments-delta', step: 1, callId: 'b', tool: 'add', text: '{}' },
  { type: 'arguments-delta', step: 1, callId: 'a', tool: 'add', text: ':1}' },
  {
    type: 'call-proposed',
    step: 1,
    callId: 'a',
    tool: 'add',
    server: 'tools',
    operation: 'add',
    arguments: { a: 1 },
  },
  { type: 'call-proposed', step: 1, callId: 'c', tool: 'sub', arguments: {} },
  { type: 'approval-required', callId: 'a', reasons: ['changes'] },
  {
    type: 'approval-decided',
    callId: 'a',
    decision: 'once',
    by: 'user',
    arguments: { a: 2 },
  },
  { type: 'call-started', callId: 'a' },
  { type: 'call-progress', callId: 'a', progress: 1 },
  {
    type: 'call-finished',
    callId: 'a',
    durationMs: 5,
    outcome: { status: 'success', preview: '2', untrusted: false },
  },
  { type: 'step-finished', step: 1, usage },
  { type: 'text-delta', step: 2, text: '2' },
  { type: 'run-finished', reason: 'answered', usage, model: 'small-2' },
]

it('exports exactly these values', () => {
  expect(Object.keys(api).toSorted()).toEqual(['emptyRun', 'foldRun'])
})

it('folds the events of a run into its view', () => {
  const view = events.reduce(foldRun, emptyRun)
  expect(view).toMatchObject({ state: 'finished', prompt: 'Add', reason: 'answered', usage })
  expect(view.messageId).toBe('m-1')
  expect(view.model).toBe('small-2')
  expect(view.items).toMatchObject([
    { kind: 'reasoning', text: 'Hm' },
    { kind: 'text', step: 1, text: 'I add.' },
    {
      kind: 'call',
      callId: 'a',
      state: 'finished',
      argumentsText: '{"a":1}',
      arguments: { a: 2 },
      decision: 'once',
      decidedBy: 'user',
      outcome: { preview: '2' },
    },
    { kind: 'call', callId: 'b', state: 'writing', argumentsText: '{}' },
    { kind: 'call', callId: 'c', state: 'proposed' },
    { kind: 'text', step: 2, text: '2' },
  ])
})

it('changes no earlier view, and shows an open approval', () => {
  const freeze = (view: api.RunView): api.RunView => {
    view.items.forEach((item) => Object.freeze(item))
    Object.freeze(view.items)
    return Object.freeze(view)
  }
  const views: api.RunView[] = [freeze(emptyRun)]
  for (const event of events) views.push(freeze(foldRun(views.at(-1) ?? emptyRun, event)))
  expect(views.flatMap(({ items }) => items).filter((item) => 'approval' in item)).toContainEqual(
    expect.objectContaining({ state: 'approval', approval: events[10] }),
  )
  expect(emptyRun.items).toEqual([])
})
