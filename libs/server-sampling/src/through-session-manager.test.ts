import type { SessionCore, SessionNotification } from '@mcp/client'
import { createClient } from '@mcp/client'
import { createDispatcher, remoteServer } from '@mcp/dispatcher'
import type { CapabilityServer } from '@mcp/protocol'
import { sampling } from '@mcp/contracts/sampling'
import type { LocalServer } from '@mcp/server'
import { createSessionManager } from '@mcp/session-manager'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { scriptedProvider } from '@mcp/llm/testing'
import { samplingServer } from './sampling-server.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Connects to the server over HTTP, as if it ran in another process. */
const overHttp = (server: LocalServer): CapabilityServer =>
  remoteServer({
    name: 'sampling',
    url: 'http://sampling.test',
    fetch: (input, init) => server.fetch(new Request(input, init), { isLoopback: true }),
  })

async function listen(session: SessionCore, notified: SessionNotification[]): Promise<void> {
  for await (const notification of session.notifications()) notified.push(notification)
}

describe.each([
  { where: 'in this process', connect: (server: LocalServer): CapabilityServer => server },
  { where: 'over HTTP', connect: overHttp },
])('$where', ({ connect }) => {
  async function open() {
    const provider = scriptedProvider(['Hello!'])
    const server = samplingServer({ providers: [provider], checkResults: true })
    const dispatcher = createDispatcher({ servers: [connect(server)] })
    const sessionManager = createSessionManager({ dispatcher })
    const client = createClient({
      url: 'http://session-manager.test',
      fetch: (request) => sessionManager.fetch(request),
      contracts: [sampling],
    })
    const session = await client.connect()
    const notified: SessionNotification[] = []
    const listening = listen(session, notified)
    closing.push(
      () => server.close(),
      () => dispatcher.close(),
      () => sessionManager.close(),
      async () => {
        await session.close()
        await listening
      },
    )
    await vi.waitFor(async () => {
      await session.publish('test-started')
      expect(notified).not.toEqual([])
    })

    /** Returns the data of the first notification of a type. */
    const next = (type: string): Promise<Readonly<Record<string, unknown>>> =>
      vi.waitFor(() => {
        const found = notified.find((notification) => notification.type === type)
        if (found === undefined) throw new Error(`no ${type} yet`)
        return found.data
      })
    return { provider, session, next }
  }

  it('requests the approval on the stream, and applies the edits of the response', async () => {
    const { provider, session, next } = await open()
    const completing = session.sampling.complete({ prompt: 'Greet Ann.', approval: 'request' })
    const { interactionId, kind, message } = await next('interaction-required')
    expect({ kind, message }).toEqual({
      kind: 'approval',
      message: 'Send this to a language model?\n\nGreet Ann.',
    })
    const content = { prompt: 'Greet Bob.' }
    await session.respond(String(interactionId), { action: 'accept', content })
    expect(await completing).toMatchObject({ text: 'Hello!' })
    expect(provider.requests).toMatchObject([{ messages: [{ content: 'Greet Bob.' }] }])
    expect(await next('sampling-completed')).toMatchObject({ stopReason: 'stop' })
  })

  it('accepts the decision by an operation too', async () => {
    const { session, next } = await open()
    const completing = session.sampling.complete({ prompt: 'Greet Ann.', approval: 'request' })
    await next('interaction-required')
    const { items } = await session.sampling.listPending()
    await session.sampling.approve({ approvalId: items[0]?.approvalId ?? '' })
    expect(await completing).toMatchObject({ text: 'Hello!' })
  })

  it('returns pending before the deadline, after which the operations decide', async () => {
    const { session, next } = await open()
    const pending = await session.sampling.complete(
      { prompt: 'Greet Ann.', approval: 'request' },
      { timeoutMs: 500 },
    )
    expect(pending).toMatchObject({ status: 'pending', interactionId: expect.any(String) })
    const { items } = await session.sampling.listPending()
    const { approvalId, messageId } = items[0] ?? { approvalId: '', messageId: '' }
    await session.sampling.approve({ approvalId })
    expect(await next('sampling-completed')).toMatchObject({ messageId })
    expect(await session.sampling.get({ messageId })).toMatchObject({ status: 'completed' })
  })

  it('records llm-response requests', async () => {
    const { session } = await open()
    await session.request('llm-response', { prompt: '2 and 3?', response: '5', model: 'any' })
    const { items } = await session.sampling.transcript()
    expect(items).toMatchObject([{ prompt: '2 and 3?', response: '5', source: 'client' }])
  })

  it('streams chunks to the caller', async () => {
    const { session } = await open()
    const chunks: unknown[] = []
    await session.sampling.createMessage(
      { messages: [{ role: 'user', content: 'Hello' }], maxTokens: 10, stream: true },
      { onChunk: (chunk) => chunks.push(chunk) },
    )
    expect(chunks).toEqual([{ text: 'Hello!', attempt: 1 }])
  })
})
