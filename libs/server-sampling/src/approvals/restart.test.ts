import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { scriptedProvider } from '@mcp/llm/testing'
import { userMessage, createTestServer } from '../fixtures/test-server.ts'
import { createMemoryApprovalStore } from './approval-store.ts'
import { itIsAnApprovalStore } from './approval-store.contract.ts'
import { createFileApprovalStore } from './file-approval-store.ts'

let folder: string
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'mcp-approvals-')), 'approvals')
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

describe('the memory store', () => {
  itIsAnApprovalStore(createMemoryApprovalStore)
})
describe('the file store', () => {
  itIsAnApprovalStore(() => createFileApprovalStore(folder))
})

function start(options: Parameters<typeof createTestServer>[0] = {}) {
  const provider = scriptedProvider(['Hello!'])
  return { provider, ...createTestServer({ providers: [provider], folder, ...options }) }
}

/** Starts a message that requires approval, and stops the server while the approval is pending. */
async function interrupt(approval: 'request' | 'response' | 'both') {
  const before = start()
  const result = before.call('createMessage', {
    ...userMessage('Greet Ann.'),
    system: 'Be kind.',
    approval,
    purpose: 'a greeting',
  })
  const pendingApproval = await before.pending()
  await before.server.close()
  // The approval survives, so that a repetition of the call could create the message twice.
  expect(await result).toMatchObject({
    error: { code: 'upstream-error', details: { reason: 'outcome-unknown' } },
  })
  return pendingApproval
}

it('continues with a request that is approved after a restart', async () => {
  const { approvalId, messageId, ...approvalFields } = await interrupt('request')
  const { provider, call, pending, notified } = start()
  expect(await pending()).toEqual({ approvalId, messageId, ...approvalFields })
  expect(await call('get', { messageId })).toMatchObject({ status: 'pending' })
  await call('approve', { approvalId, edits: { maxTokens: 7 } })
  expect(await notified('sampling-completed')).toMatchObject({ messageId, purpose: 'a greeting' })
  expect(await call('get', { messageId })).toMatchObject({
    status: 'completed',
    message: { content: [{ text: 'Hello!' }] },
  })
  expect(provider.requests).toMatchObject([{ system: 'Be kind.', maxTokens: 7 }])
  expect(await readdir(folder)).toEqual([])
})

it('returns a response that is approved after a restart, without calling the model again', async () => {
  const { approvalId, messageId } = await interrupt('response')
  const { provider, call, notified } = start()
  await call('approve', { approvalId })
  await notified('sampling-completed')
  expect(await call('get', { messageId })).toMatchObject({
    message: { content: [{ text: 'Hello!' }], model: 'scripted-small' },
  })
  expect(provider.requests).toEqual([])
})

it('requires approval of the response too, if the request was approved after a restart', async () => {
  const { approvalId } = await interrupt('both')
  const { call, pending, notified } = start()
  await call('approve', { approvalId })
  const second = await pending()
  expect(second).toMatchObject({ stage: 'response' })
  await call('approve', { approvalId: second['approvalId'] })
  expect(await notified('sampling-completed')).toMatchObject({ messageId: second['messageId'] })
})

it('can be rejected after a restart', async () => {
  const { approvalId, messageId } = await interrupt('request')
  const { call, notified } = start()
  await call('reject', { approvalId, reason: 'Too late.' })
  expect(await notified('sampling-failed')).toMatchObject({ messageId, reason: 'approval-denied' })
  expect(await readdir(folder)).toEqual([])
})

it('still belongs only to its session after a restart', async () => {
  const { approvalId } = await interrupt('request')
  const { call } = start()
  expect(await call('approve', { approvalId }, { sessionId: 'session-b' })).toMatchObject({
    error: { code: 'not-found' },
  })
})

it('deletes approvals that expired while the server was down', async () => {
  await interrupt('request')
  const clock = {
    now: () => Date.now() + 3_600_000,
    after: () => () => {},
    every: () => () => {},
  }
  const { server } = start({ clock })
  await server.sessionClosed('session-b')
  expect(await readdir(folder)).toEqual([])
})

it('withdraws the approvals of a session that closes after a restart', async () => {
  await interrupt('request')
  const { server, call, notified } = start()
  await server.sessionClosed('session-a')
  await notified('sampling-failed')
  expect(await call('listPending')).toEqual({ items: [] })
})

it('skips an unreadable file, and reports it', async () => {
  const { approvalId } = await interrupt('request')
  await writeFile(join(folder, 'approval-broken.json'), '{"approvalId":')
  await writeFile(join(folder, '.mcp-tmp-half'), '{"approvalId":')
  const { pending, failures } = start()
  expect(await pending()).toMatchObject({ approvalId })
  expect(failures).toHaveLength(1)
  expect(await readdir(folder)).not.toContain('.mcp-tmp-half')
})

it('creates files that only the owner can read', async () => {
  const { approvalId } = await interrupt('request')
  const file = join(folder, `${String(approvalId)}.json`)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ stage: 'request' })
})
