import type { InteractionResponse, InteractionRequest, RequestEvent } from '@mcp/protocol'
import { describe, expect, it, vi } from 'vitest'

import { scriptedResponse, scriptedProvider } from '@mcp/llm/testing'
import type { Result } from '../fixtures/test-server.ts'
import { userMessage, createTestServer } from '../fixtures/test-server.ts'

const denied = { error: { code: 'forbidden', details: { reason: 'approval-denied' } } }

function prepare(options: Parameters<typeof createTestServer>[0] = {}) {
  const provider = scriptedProvider(['Hello!'])
  return { provider, ...createTestServer({ providers: [provider], ...options }) }
}

describe('by the operations', () => {
  it('calls the model only after the request is approved', async () => {
    const { provider, call, pending } = prepare()
    const params = { ...userMessage('Greet Ann.'), approval: 'request', purpose: 'a greeting' }
    const result = call('createMessage', params)
    const approval = await pending()
    expect(approval).toEqual({
      approvalId: expect.stringMatching(/^approval-/),
      messageId: expect.stringMatching(/^message-/),
      stage: 'request',
      purpose: 'a greeting',
      preview: 'Greet Ann.',
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
    })
    expect(provider.requests).toEqual([])
    const { approvalId, messageId } = approval
    expect(await call('approve', { approvalId })).toEqual({
      approvalId,
      messageId,
      action: 'approved',
    })
    expect(await result).toMatchObject({ messageId, content: [{ text: 'Hello!' }] })
    expect(await call('listPending')).toEqual({ items: [] })
  })

  it('previews everything that is sent to the model, not only the last text', async () => {
    const { call, pending } = prepare()
    const input = { city: 'Oslo' }
    const result = call('createMessage', {
      messages: [
        { role: 'user', content: 'How warm is it?' },
        {
          role: 'assistant',
          content: [{ type: 'tool-use', id: 'use-1', name: 'weather', input }],
        },
        {
          role: 'user',
          content: [{ type: 'tool-result', toolUseId: 'use-1', content: 'My secret diary' }],
        },
      ],
      system: 'Be brief.',
      tools: [{ name: 'weather', description: 'Returns it.', inputSchema: { type: 'object' } }],
      maxTokens: 100,
      approval: 'request',
    })
    const { approvalId, preview } = await pending()
    expect(preview).toBe(
      'How warm is it?\n\nTool result: My secret diary\n\nInstructions: Be brief.\n\n' +
        'Tools offered: weather\n\nEarlier messages sent along: 2',
    )
    await call('reject', { approvalId, reason: 'No.' })
    expect(await result).toMatchObject(denied)
  })

  it('previews the tool calls of a response', async () => {
    const toolCalls = [{ id: 'call-1', name: 'deleteFile', arguments: { path: 'notes.md' } }]
    const provider = scriptedProvider([
      async () => scriptedResponse('', { toolCalls, stopReason: 'tool-calls' }),
    ])
    const { call, pending } = prepare({ providers: [provider] })
    const result = call('createMessage', { ...userMessage('Tidy up.'), approval: 'response' })
    const { approvalId, preview } = await pending()
    expect(preview).toBe('Calls the tool deleteFile: {"path":"notes.md"}')
    await call('approve', { approvalId })
    expect(await result).toMatchObject({ content: [{ type: 'tool-use', name: 'deleteFile' }] })
  })

  it('sends the request with its edits', async () => {
    const { provider, call, pending } = prepare()
    const result = call('createMessage', { ...userMessage('My name is Ann.'), approval: 'request' })
    const { approvalId } = await pending()
    const edits = { prompt: 'A user is here.', system: 'Be brief.', maxTokens: 7 }
    await call('approve', { approvalId, edits })
    await result
    expect(provider.requests).toMatchObject([
      {
        messages: [{ role: 'user', content: 'A user is here.' }],
        system: 'Be brief.',
        maxTokens: 7,
      },
    ])
  })

  it('returns the response with its edits, and streams nothing before the approval', async () => {
    const { call, pending } = prepare()
    const events: RequestEvent[] = []
    const result = call(
      'createMessage',
      { ...userMessage('Greet Ann.'), approval: 'response', stream: true },
      { onEvent: (event) => events.push(event) },
    )
    const approval = await pending()
    expect(approval).toMatchObject({ stage: 'response', preview: 'Hello!' })
    const { approvalId, messageId } = approval
    expect(await call('get', { messageId })).toEqual({
      status: 'pending',
      messageId,
      interactionId: approvalId,
      stage: 'response',
    })
    await call('approve', { approvalId, edits: { text: 'Good day.' } })
    expect(await result).toMatchObject({ content: [{ type: 'text', text: 'Good day.' }] })
    expect(events).toEqual([])
  })

  it('requires approval of the request, then of the response', async () => {
    const { call, pending } = prepare()
    const result = call('complete', { prompt: 'Hello', approval: 'both' })
    await call('approve', { approvalId: (await pending())['approvalId'] })
    const second = await vi.waitFor(async () => {
      const found = await pending()
      expect(found['stage']).toBe('response')
      return found
    })
    await call('approve', { approvalId: second['approvalId'] })
    expect(await result).toMatchObject({ text: 'Hello!' })
  })

  it('reports the reason of a rejection', async () => {
    const { provider, call, pending, notified } = prepare()
    const result = call('complete', { prompt: 'Hello', approval: 'request' })
    const { approvalId, messageId } = await pending()
    await call('reject', { approvalId, reason: 'It holds private data.' })
    expect(await result).toMatchObject({
      error: {
        code: 'forbidden',
        message: 'Approval rejected: It holds private data.',
        details: { reason: 'approval-denied', because: 'It holds private data.' },
      },
    })
    expect(provider.requests).toEqual([])
    expect(await notified('sampling-failed')).toMatchObject({
      messageId,
      reason: 'approval-denied',
    })
    expect(await call('get', { messageId })).toMatchObject({ status: 'failed', ...denied })
  })

  it('rejects an expired approval', async () => {
    const { provider, call, notified } = prepare({ approvalTtlMs: 60 })
    const result = call('complete', { prompt: 'Hello', approval: 'request' })
    expect(await result).toMatchObject(denied)
    expect(await notified('sampling-failed')).toMatchObject({ reason: 'approval-denied' })
    expect(provider.requests).toEqual([])
  })

  it('returns pending before the deadline, and get returns the result after the approval', async () => {
    const { call, pending, notified } = prepare()
    const begun = Date.now()
    const pendingResult = await call(
      'createMessage',
      { ...userMessage('Hello'), approval: 'request' },
      { timeoutMs: 300 },
    )
    expect(Date.now() - begun).toBeLessThan(300)
    const { approvalId, messageId } = await pending()
    expect(pendingResult).toEqual({ status: 'pending', interactionId: approvalId, messageId })
    await call('approve', { approvalId })
    await notified('sampling-completed')
    expect(await call('get', { messageId })).toMatchObject({
      status: 'completed',
      message: { content: [{ text: 'Hello!' }] },
    })
  })

  it('is decided once', async () => {
    const { call, pending } = prepare()
    const result = call('complete', { prompt: 'Hello', approval: 'request' })
    const { approvalId } = await pending()
    const decisions = await Promise.all([
      call('approve', { approvalId }),
      call('approve', { approvalId }),
    ])
    expect(decisions).toMatchObject([
      { action: 'approved' },
      { error: { code: 'conflict', details: { reason: 'already-resolved', action: 'approved' } } },
    ])
    expect(await result).toMatchObject({ text: 'Hello!' })
  })

  it('belongs to its session, and to operators', async () => {
    const { call, pending } = prepare({ operators: ['olga'] })
    const result = call('complete', { prompt: 'Hello', approval: 'request' })
    const { approvalId } = await pending()
    const other = { sessionId: 'session-b', principal: 'sam' }
    expect(await call('listPending', {}, other)).toEqual({ items: [] })
    expect(await call('approve', { approvalId }, other)).toMatchObject({
      error: { code: 'not-found' },
    })
    expect(await call('reject', { approvalId, reason: 'No.' }, other)).toMatchObject({
      error: { code: 'not-found' },
    })
    const operator = { sessionId: 'session-c', principal: 'olga' }
    expect(await pending(operator)).toMatchObject({ approvalId })
    await call('approve', { approvalId }, operator)
    expect(await result).toMatchObject({ text: 'Hello!' })
    expect(await call('approve', { approvalId }, other)).toMatchObject({
      error: { code: 'not-found' },
    })
  })

  it.each([
    { approval: 'request', edits: { text: 'Hi' }, path: 'text' },
    { approval: 'response', edits: { maxTokens: 5 }, path: 'maxTokens' },
  ])('refuses edits that do not apply to a $approval, and stays pending', async (input) => {
    const { call, pending } = prepare()
    const result = call('complete', { prompt: 'Hello', approval: input.approval })
    const { approvalId } = await pending()
    expect(await call('approve', { approvalId, edits: input.edits })).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['params', 'edits', input.path] } },
    })
    await call('approve', { approvalId })
    expect(await result).toMatchObject({ text: 'Hello!' })
  })

  it('refuses unknown edits, and stays pending', async () => {
    const { call, pending } = prepare()
    const result = call('complete', { prompt: 'Hello', approval: 'request' })
    const { approvalId } = await pending()
    expect(await call('approve', { approvalId, edits: { promt: 'Hi' } })).toMatchObject({
      error: { code: 'invalid-params', message: expect.stringContaining('promt') },
    })
    await call('approve', { approvalId })
    expect(await result).toMatchObject({ text: 'Hello!' })
  })

  it('refuses an edited response that does not match the schema', async () => {
    const { call, pending } = createTestServer({ providers: [scriptedProvider(['{"n":1}'])] })
    const responseSchema = { type: 'object', required: ['n'] }
    const result = call('createMessage', {
      ...userMessage('Hello'),
      approval: 'response',
      responseSchema,
    })
    const { approvalId } = await pending()
    expect(await call('approve', { approvalId, edits: { text: '{}' } })).toMatchObject({
      error: { code: 'invalid-params' },
    })
    await call('approve', { approvalId, edits: { text: '{"n":2}' } })
    expect(await result).toMatchObject({ value: { n: 2 }, content: [{ text: '{"n":2}' }] })
  })

  it('lets a caller require more approval than the operator, never less', async () => {
    const { call, pending } = prepare({ approval: 'request' })
    const result = call('createMessage', { ...userMessage('Hello'), approval: 'never' })
    await call('reject', { approvalId: (await pending())['approvalId'], reason: 'No.' })
    expect(await result).toMatchObject(denied)
  })

  it('requires a session', async () => {
    const { call } = prepare({ approval: 'request' })
    expect(await call('complete', { prompt: 'Hello' }, { sessionId: undefined })).toMatchObject({
      error: { code: 'invalid-request', details: { reason: 'no-session' } },
    })
  })

  it('is withdrawn when its session closes', async () => {
    const { call, pending, server } = prepare()
    const result = call('complete', { prompt: 'Hello', approval: 'request' })
    const { approvalId } = await pending()
    await server.sessionClosed('session-a')
    expect(await result).toMatchObject({ error: { code: 'cancelled' } })
    expect(await call('approve', { approvalId })).toMatchObject({
      error: { code: 'conflict', details: { action: 'withdrawn' } },
    })
  })
})

describe('on the stream of the session', () => {
  function respondWith(response: InteractionResponse | Promise<InteractionResponse>) {
    const interactions: InteractionRequest[] = []
    const ask = (question: InteractionRequest): Promise<InteractionResponse> => {
      interactions.push(question)
      return Promise.resolve(response)
    }
    return { interactions, ask }
  }

  it('requests the approval from the owner, with a preview', async () => {
    const { call } = prepare()
    const { interactions, ask } = respondWith({ action: 'accept' })
    const params: Result = { prompt: 'Greet Ann.', approval: 'request', purpose: 'a test' }
    expect(await call('complete', params, { ask })).toMatchObject({ text: 'Hello!' })
    expect(interactions).toMatchObject([
      {
        kind: 'approval',
        message: 'Send this to a language model? Purpose: a test.\n\nGreet Ann.',
        schema: { properties: { prompt: { type: 'string' }, maxTokens: { type: 'integer' } } },
      },
    ])
  })

  it('applies the edits of the response', async () => {
    const { provider, call } = prepare()
    const { ask } = respondWith({ action: 'accept', content: { prompt: 'Greet Bob.' } })
    await call('complete', { prompt: 'Greet Ann.', approval: 'request' }, { ask })
    expect(provider.requests).toMatchObject([{ messages: [{ content: 'Greet Bob.' }] }])
  })

  it.each(['decline', 'cancel'] as const)('treats %s as a rejection', async (action) => {
    const { call } = prepare()
    const { ask } = respondWith({ action })
    const params = { prompt: 'Hello', approval: 'request' }
    expect(await call('complete', params, { ask })).toMatchObject(denied)
  })

  it('rejects the approval if the edits are invalid, since they cannot be corrected', async () => {
    const { provider, call } = prepare()
    const { ask } = respondWith({ action: 'accept', content: { maxTokens: 'many' } })
    const params = { prompt: 'Hello', approval: 'request' }
    expect(await call('complete', params, { ask })).toMatchObject(denied)
    expect(provider.requests).toEqual([])
  })

  it('applies the first decision', async () => {
    const { provider, call, pending } = prepare()
    const { promise, resolve } = Promise.withResolvers<InteractionResponse>()
    const { ask } = respondWith(promise)
    const result = call('complete', { prompt: 'Hello', approval: 'request' }, { ask })
    await call('approve', { approvalId: (await pending())['approvalId'] })
    resolve({ action: 'decline' })
    expect(await result).toMatchObject({ text: 'Hello!' })
    expect(provider.requests).toHaveLength(1)
  })
})
