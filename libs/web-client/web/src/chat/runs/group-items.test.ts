import type { RunCall, RunItem } from '@mcp/client/runs'
import { expect, it } from 'vitest'

import { groupItems } from './group-items.ts'

const success = { status: 'success', preview: '1', untrusted: false } as const
const error = { code: 'not-found', message: 'No such file.', retryable: false } as const

const call = (callId: string, changes: Partial<RunCall> = {}): RunCall => ({
  kind: 'call',
  callId,
  step: 1,
  tool: 'add',
  argumentsText: '',
  state: 'finished',
  outcome: success,
  ...changes,
})
const text = (kind: 'text' | 'reasoning', content: string): RunItem => ({
  kind,
  step: 1,
  text: content,
})
const kindsOf = (items: readonly RunItem[]) => groupItems(items).map(({ kind }) => kind)

it('folds more than three successful calls in a row', () => {
  const three = [call('a'), call('b'), call('c')]
  expect(kindsOf(three)).toEqual(['call', 'call', 'call'])
  expect(groupItems([...three, call('d')])).toMatchObject([{ kind: 'calls', count: 4 }])
})

it('never folds calls that failed, that wait or that run', () => {
  const failed = call('e', { outcome: { status: 'error', error } })
  const others = [call('f', { state: 'approval' }), call('g', { state: 'running' })]
  const four = ['a', 'b', 'c', 'd'].map((id) => call(id))
  expect(kindsOf([...four, failed, ...four, ...others])).toEqual([
    'calls',
    'call',
    'calls',
    'call',
    'call',
  ])
})

it('keeps the reasoning between calls in their row, and the last one with what follows', () => {
  const items = ['a', 'b', 'c', 'd'].flatMap((id) => [text('reasoning', `for ${id}`), call(id)])
  const groups = groupItems([...items, text('reasoning', 'end'), text('text', 'Done.')])
  expect(groups).toMatchObject([
    { kind: 'calls', count: 4, parts: { length: 8 } },
    { kind: 'reasoning', text: 'end' },
    { kind: 'text', text: 'Done.' },
  ])
})

it('ignores empty text between calls', () => {
  const items = ['a', 'b', 'c', 'd'].flatMap((id) => [text('text', '\n'), call(id)])
  expect(kindsOf(items)).toEqual(['calls'])
  expect(kindsOf([text('text', 'First'), call('a'), text('text', 'Last')])).toEqual([
    'text',
    'call',
    'text',
  ])
})
