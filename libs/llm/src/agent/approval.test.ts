import { describeOperation, operation } from '@mcp/protocol'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { catalogue, createSession } from '../fixtures/test-catalogue.ts'
import { toolCall, scriptedProvider } from '../fixtures/scripted-provider.ts'
import type { ApprovalDecision, ApprovalRequest, Approvals } from './approval.ts'
import { runAgent } from './run-agent.ts'

const remove = (note: string) => toolCall('note_access_delete', { note }, `delete-${note}`)

interface Setting {
  readonly decisions?: readonly ApprovalDecision[]
  readonly approvals?: Approvals
}

async function run(
  calls: Parameters<typeof scriptedProvider>[0],
  { decisions, approvals }: Setting,
) {
  const { call, requests } = createSession()
  const approvalRequests: ApprovalRequest[] = []
  const approve = (request: ApprovalRequest) => {
    approvalRequests.push(request)
    return decisions?.[approvalRequests.length - 1] ?? 'deny'
  }
  const provider = scriptedProvider([...calls, 'Done.'])
  const options = decisions === undefined ? {} : { approve }
  const result = await runAgent({ provider, prompt: 'Go.', catalogue, call, approvals, ...options })
  const outcomes = result.steps.flatMap(({ calls }) => calls).map(({ outcome }) => outcome.status)
  return { ...result, requests, approvalRequests, outcomes }
}

it('requests approval of destructive calls, with the request that would be sent', async () => {
  const { approvalRequests, requests, steps } = await run([[remove('x')]], { decisions: ['once'] })
  expect(approvalRequests).toMatchObject([
    {
      tool: 'note_access_delete',
      arguments: { note: 'x' },
      request: { type: 'note-access', payload: { note: 'x', operation: 'delete', params: {} } },
      operation: { title: 'Delete a note' },
      reasons: ['destructive'],
    },
  ])
  expect(requests).toHaveLength(1)
  expect(steps[0]?.calls[0]).toMatchObject({ decision: 'once', outcome: { status: 'success' } })
})

it('requests approval of open-world calls', async () => {
  const fetchPage = describeOperation(
    'fetch',
    operation({
      title: 'Fetch',
      description: 'Gets a page.',
      params: () => z.object({ url: z.string() }),
      result: () => z.string(),
      hints: { readOnly: true, openWorld: true },
      examples: [{ params: { url: 'https://example.com' } }],
    }),
    { type: 'internet-access', targetKey: 'url' },
  )
  const reasons: string[] = []
  await runAgent({
    provider: scriptedProvider([
      [toolCall('internet_fetch', { url: 'https://example.com' })],
      'Done.',
    ]),
    prompt: 'Go.',
    catalogue: [fetchPage],
    call: createSession().call,
    approve(request) {
      reasons.push(...request.reasons)
      return 'deny'
    },
  })
  expect(reasons).toEqual(['open-world'])
})

it('requests no approval of harmless calls', async () => {
  const { approvalRequests, outcomes } = await run([[toolCall('calculator_add', { a: 1, b: 2 })]], {
    decisions: [],
  })
  expect(approvalRequests).toEqual([])
  expect(outcomes).toEqual(['success'])
})

it('requests approval again after a decision for one call', async () => {
  const { approvalRequests } = await run([[remove('x')], [remove('y')]], {
    decisions: ['once', 'once'],
  })
  expect(approvalRequests).toHaveLength(2)
})

it('applies a decision for the session to later calls and runs', async () => {
  const approvals = new Map<string, ApprovalDecision>()
  const first = await run([[remove('x')], [remove('y')]], { decisions: ['session'], approvals })
  const second = await run([[remove('z')]], { decisions: [], approvals })
  expect(first.outcomes).toEqual(['success', 'success'])
  expect(second.outcomes).toEqual(['success'])
  expect([...first.approvalRequests, ...second.approvalRequests]).toHaveLength(1)
  expect(approvals).toEqual(new Map([['note_access_delete', 'session']]))
})

it('reports a denial to the model, and requests approval again the next time', async () => {
  const approvals = new Map<string, ApprovalDecision>()
  const { requests, steps, outcomes } = await run([[remove('x')], [remove('y')]], {
    decisions: ['deny', 'once'],
    approvals,
  })
  expect(steps[0]?.calls[0]).toMatchObject({
    decision: 'deny',
    outcome: { error: { code: 'forbidden', details: { reason: 'approval-denied' } } },
  })
  expect(outcomes).toEqual(['error', 'success'])
  expect(requests).toHaveLength(1)
  expect(approvals.size).toBe(0)
})

it('refuses risky calls without approve', async () => {
  const { requests, steps } = await run([[remove('x')]], {})
  expect(requests).toEqual([])
  expect(steps[0]?.calls[0]?.outcome).toMatchObject({
    error: { code: 'forbidden', message: expect.stringContaining('requires approval') },
  })
})

it('applies standing decisions, even to harmless calls', async () => {
  const add = toolCall('calculator_add', { a: 1, b: 2 })
  const denied = await run([[add]], { approvals: new Map([['calculator_add', 'deny']]) })
  expect(denied.requests).toEqual([])

  const limited = await run([[add]], {
    decisions: ['once'],
    approvals: new Map([['calculator_add', 'once']]),
  })
  expect(limited.approvalRequests).toMatchObject([{ reasons: ['policy'] }])

  const allowed = await run([[remove('x')]], {
    approvals: new Map([['note_access_delete', 'always']]),
  })
  expect(allowed.outcomes).toEqual(['success'])
})

it('requests no approval of a call with invalid arguments', async () => {
  const { approvalRequests } = await run([[toolCall('note_access_delete', {})]], {
    decisions: ['once'],
  })
  expect(approvalRequests).toEqual([])
})
