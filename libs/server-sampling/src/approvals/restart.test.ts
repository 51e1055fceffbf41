import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { scriptedProvider } from '../fixtures/scripted-provider.ts'
import { asks, stage } from '../fixtures/test-server.ts'
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

function start(options: Parameters<typeof stage>[0] = {}) {
  const provider = scriptedProvider(['Hello!'])
  return { provider, ...stage({ providers: [provider], folder, ...options }) }
}

/** Lets a message wait for that approval, and stops the server meanwhile. */
async function interrupt(approval: 'request' | 'response' | 'both') {
  const before = start()
  const asking = before.call('createMessage', {
    ...asks('Greet Ann.'),
    system: 'Be kind.',
    approval,
    purpose: 'a greeting',
  })
  const waiting = await before.pending()
  await before.server.close()
  expect(await asking).toMatchObject({
    error: { code: 'unavailable', details: { reason: 'shutting-down' } },
  })
  return waiting
}

it('goes on with a request that is approved after a restart', async () => {
  const { approvalId, messageId, ...facts } = await interrupt('request')
  const { provider, call, pending, heard } = start()
  expect(await pending()).toEqual({ approvalId, messageId, ...facts })
  expect(await call('get', { messageId })).toMatchObject({ status: 'pending' })
  await call('approve', { approvalId, edits: { maxTokens: 7 } })
  expect(await heard('sampling-completed')).toMatchObject({ messageId, purpose: 'a greeting' })
  expect(await call('get', { messageId })).toMatchObject({
    status: 'completed',
    message: { content: [{ text: 'Hello!' }] },
  })
  expect(provider.asked).toMatchObject([{ system: 'Be kind.', maxTokens: 7 }])
  expect(await readdir(folder)).toEqual([])
})

it('hands out an answer that is approved after a restart, without asking the model again', async () => {
  const { approvalId, messageId } = await interrupt('response')
  const { provider, call, heard } = start()
  await call('approve', { approvalId })
  await heard('sampling-completed')
  expect(await call('get', { messageId })).toMatchObject({
    message: { content: [{ text: 'Hello!' }], model: 'scripted-small' },
  })
  expect(provider.asked).toEqual([])
})

it('asks for the answer as well, where the request was approved after a restart', async () => {
  const { approvalId } = await interrupt('both')
  const { call, pending, heard } = start()
  await call('approve', { approvalId })
  const second = await pending()
  expect(second).toMatchObject({ stage: 'response' })
  await call('approve', { approvalId: second['approvalId'] })
  expect(await heard('sampling-completed')).toMatchObject({ messageId: second['messageId'] })
})

it('can be rejected after a restart', async () => {
  const { approvalId, messageId } = await interrupt('request')
  const { call, heard } = start()
  await call('reject', { approvalId, reason: 'Too late.' })
  expect(await heard('sampling-failed')).toMatchObject({ messageId, reason: 'approval-denied' })
  expect(await readdir(folder)).toEqual([])
})

it('still belongs to its session alone after a restart', async () => {
  const { approvalId } = await interrupt('request')
  const { call } = start()
  expect(await call('approve', { approvalId }, { sessionId: 'session-b' })).toMatchObject({
    error: { code: 'not-found' },
  })
})

it('forgets what ran out while the server was away', async () => {
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

it('withdraws what waited for a session that closes after a restart', async () => {
  await interrupt('request')
  const { server, call, heard } = start()
  await server.sessionClosed('session-a')
  await heard('sampling-failed')
  expect(await call('listPending')).toEqual({ items: [] })
})

it('passes over a file that cannot be read, and says so', async () => {
  const { approvalId } = await interrupt('request')
  await writeFile(join(folder, 'approval-broken.json'), '{"approvalId":')
  await writeFile(join(folder, 'approval-half.json.new'), '{"approvalId":')
  const { pending, failures } = start()
  expect(await pending()).toMatchObject({ approvalId })
  expect(failures).toHaveLength(1)
  expect(await readdir(folder)).not.toContain('approval-half.json.new')
})

it('keeps its files for its owner alone', async () => {
  const { approvalId } = await interrupt('request')
  const file = join(folder, `${String(approvalId)}.json`)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ stage: 'request' })
})
