import type { InteractionResponse, InteractionRequest, RequestEvent } from '@mcp/protocol'
import { describe, expect, it, vi } from 'vitest'

import { answerOf, scriptedProvider } from '../fixtures/scripted-provider.ts'
import type { Answer } from '../fixtures/test-server.ts'
import { asks, stage } from '../fixtures/test-server.ts'

const denied = { error: { code: 'forbidden', details: { reason: 'approval-denied' } } }

function prepare(options: Parameters<typeof stage>[0] = {}) {
  const provider = scriptedProvider(['Hello!'])
  return { provider, ...stage({ providers: [provider], ...options }) }
}

describe('by the operations', () => {
  it('asks the model nothing before the request is approved', async () => {
    const { provider, call, pending } = prepare()
    const params = { ...asks('Greet Ann.'), approval: 'request', purpose: 'a greeting' }
    const asking = call('createMessage', params)
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
    expect(provider.asked).toEqual([])
    const { approvalId, messageId } = approval
    expect(await call('approve', { approvalId })).toEqual({
      approvalId,
      messageId,
      action: 'approved',
    })
    expect(await asking).toMatchObject({ messageId, content: [{ text: 'Hello!' }] })
    expect(await call('listPending')).toEqual({ items: [] })
  })

  it('shows all that goes to the model, not only the last words', async () => {
    const { call, pending } = prepare()
    const input = { city: 'Oslo' }
    const asking = call('createMessage', {
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
      tools: [{ name: 'weather', description: 'Tells it.', inputSchema: { type: 'object' } }],
      maxTokens: 100,
      approval: 'request',
    })
    const { approvalId, preview } = await pending()
    expect(preview).toBe(
      'How warm is it?\n\nResult of a tool: My secret diary\n\nInstructions: Be brief.\n\n' +
        'Tools it may ask for: weather\n\nMessages before it that go along: 2',
    )
    await call('reject', { approvalId, reason: 'No.' })
    expect(await asking).toMatchObject(denied)
  })

  it('shows the tools that an answer asks for', async () => {
    const toolCalls = [{ id: 'call-1', name: 'deleteFile', arguments: { path: 'notes.md' } }]
    const provider = scriptedProvider([
      async () => answerOf('', { toolCalls, stopReason: 'tool-calls' }),
    ])
    const { call, pending } = prepare({ providers: [provider] })
    const asking = call('createMessage', { ...asks('Tidy up.'), approval: 'response' })
    const { approvalId, preview } = await pending()
    expect(preview).toBe('Asks for the tool deleteFile: {"path":"notes.md"}')
    await call('approve', { approvalId })
    expect(await asking).toMatchObject({ content: [{ type: 'tool-use', name: 'deleteFile' }] })
  })

  it('sends the request as it was changed', async () => {
    const { provider, call, pending } = prepare()
    const asking = call('createMessage', { ...asks('My name is Ann.'), approval: 'request' })
    const { approvalId } = await pending()
    const edits = { prompt: 'Somebody is here.', system: 'Be brief.', maxTokens: 7 }
    await call('approve', { approvalId, edits })
    await asking
    expect(provider.asked).toMatchObject([
      {
        messages: [{ role: 'user', content: 'Somebody is here.' }],
        system: 'Be brief.',
        maxTokens: 7,
      },
    ])
  })

  it('hands out the answer as it was changed, and no word of it before', async () => {
    const { call, pending } = prepare()
    const events: RequestEvent[] = []
    const asking = call(
      'createMessage',
      { ...asks('Greet Ann.'), approval: 'response', stream: true },
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
    expect(await asking).toMatchObject({ content: [{ type: 'text', text: 'Good day.' }] })
    expect(events).toEqual([])
  })

  it('asks for both, one after the other', async () => {
    const { call, pending } = prepare()
    const asking = call('complete', { prompt: 'Hello', approval: 'both' })
    await call('approve', { approvalId: (await pending())['approvalId'] })
    const second = await vi.waitFor(async () => {
      const found = await pending()
      expect(found['stage']).toBe('response')
      return found
    })
    await call('approve', { approvalId: second['approvalId'] })
    expect(await asking).toMatchObject({ text: 'Hello!' })
  })

  it('tells the reason of a rejection', async () => {
    const { provider, call, pending, heard } = prepare()
    const asking = call('complete', { prompt: 'Hello', approval: 'request' })
    const { approvalId, messageId } = await pending()
    await call('reject', { approvalId, reason: 'It holds private data.' })
    expect(await asking).toMatchObject({
      error: {
        code: 'forbidden',
        message: 'A person refused it: It holds private data.',
        details: { reason: 'approval-denied', because: 'It holds private data.' },
      },
    })
    expect(provider.asked).toEqual([])
    expect(await heard('sampling-failed')).toMatchObject({ messageId, reason: 'approval-denied' })
    expect(await call('get', { messageId })).toMatchObject({ status: 'failed', ...denied })
  })

  it('counts silence as a no', async () => {
    const { provider, call, heard } = prepare({ approvalTtlMs: 60 })
    const asking = call('complete', { prompt: 'Hello', approval: 'request' })
    expect(await asking).toMatchObject(denied)
    expect(await heard('sampling-failed')).toMatchObject({ reason: 'approval-denied' })
    expect(provider.asked).toEqual([])
  })

  it('answers pending before the deadline, and get fetches what was approved later', async () => {
    const { call, pending, heard } = prepare()
    const begun = Date.now()
    const asked = await call(
      'createMessage',
      { ...asks('Hello'), approval: 'request' },
      { timeoutMs: 300 },
    )
    expect(Date.now() - begun).toBeLessThan(300)
    const { approvalId, messageId } = await pending()
    expect(asked).toEqual({ status: 'pending', interactionId: approvalId, messageId })
    await call('approve', { approvalId })
    await heard('sampling-completed')
    expect(await call('get', { messageId })).toMatchObject({
      status: 'completed',
      message: { content: [{ text: 'Hello!' }] },
    })
  })

  it('is decided once', async () => {
    const { call, pending } = prepare()
    const asking = call('complete', { prompt: 'Hello', approval: 'request' })
    const { approvalId } = await pending()
    const decisions = await Promise.all([
      call('approve', { approvalId }),
      call('approve', { approvalId }),
    ])
    expect(decisions).toMatchObject([
      { action: 'approved' },
      { error: { code: 'conflict', details: { reason: 'already-resolved', action: 'approved' } } },
    ])
    expect(await asking).toMatchObject({ text: 'Hello!' })
  })

  it('belongs to its session, and to operators', async () => {
    const { call, pending } = prepare({ operators: ['olga'] })
    const asking = call('complete', { prompt: 'Hello', approval: 'request' })
    const { approvalId } = await pending()
    const stranger = { sessionId: 'session-b', principal: 'sam' }
    expect(await call('listPending', {}, stranger)).toEqual({ items: [] })
    expect(await call('approve', { approvalId }, stranger)).toMatchObject({
      error: { code: 'not-found' },
    })
    expect(await call('reject', { approvalId, reason: 'No.' }, stranger)).toMatchObject({
      error: { code: 'not-found' },
    })
    const operator = { sessionId: 'session-c', principal: 'olga' }
    expect(await pending(operator)).toMatchObject({ approvalId })
    await call('approve', { approvalId }, operator)
    expect(await asking).toMatchObject({ text: 'Hello!' })
    expect(await call('approve', { approvalId }, stranger)).toMatchObject({
      error: { code: 'not-found' },
    })
  })

  it.each([
    { approval: 'request', edits: { text: 'Hi' }, path: 'text' },
    { approval: 'response', edits: { maxTokens: 5 }, path: 'maxTokens' },
  ])('refuses changes that do not belong to a $approval, and still waits', async (given) => {
    const { call, pending } = prepare()
    const asking = call('complete', { prompt: 'Hello', approval: given.approval })
    const { approvalId } = await pending()
    expect(await call('approve', { approvalId, edits: given.edits })).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['params', 'edits', given.path] } },
    })
    await call('approve', { approvalId })
    expect(await asking).toMatchObject({ text: 'Hello!' })
  })

  it('refuses a changed answer that does not fit the schema', async () => {
    const { call, pending } = stage({ providers: [scriptedProvider(['{"n":1}'])] })
    const responseSchema = { type: 'object', required: ['n'] }
    const asking = call('createMessage', {
      ...asks('Hello'),
      approval: 'response',
      responseSchema,
    })
    const { approvalId } = await pending()
    expect(await call('approve', { approvalId, edits: { text: '{}' } })).toMatchObject({
      error: { code: 'invalid-params' },
    })
    await call('approve', { approvalId, edits: { text: '{"n":2}' } })
    expect(await asking).toMatchObject({ value: { n: 2 }, content: [{ text: '{"n":2}' }] })
  })

  it('lets a caller ask for more than the operator, and never for less', async () => {
    const { call, pending } = prepare({ approval: 'request' })
    const asking = call('createMessage', { ...asks('Hello'), approval: 'never' })
    await call('reject', { approvalId: (await pending())['approvalId'], reason: 'No.' })
    expect(await asking).toMatchObject(denied)
  })

  it('needs a session', async () => {
    const { call } = prepare({ approval: 'request' })
    expect(await call('complete', { prompt: 'Hello' }, { sessionId: undefined })).toMatchObject({
      error: { code: 'invalid-request', details: { reason: 'no-session' } },
    })
  })

  it('is withdrawn when its session closes', async () => {
    const { call, pending, server } = prepare()
    const asking = call('complete', { prompt: 'Hello', approval: 'request' })
    const { approvalId } = await pending()
    await server.sessionClosed('session-a')
    expect(await asking).toMatchObject({ error: { code: 'cancelled' } })
    expect(await call('approve', { approvalId })).toMatchObject({
      error: { code: 'conflict', details: { action: 'withdrawn' } },
    })
  })
})

describe('on the stream of the session', () => {
  function asked(answer: InteractionResponse | Promise<InteractionResponse>) {
    const questions: InteractionRequest[] = []
    const ask = (question: InteractionRequest): Promise<InteractionResponse> => {
      questions.push(question)
      return Promise.resolve(answer)
    }
    return { questions, ask }
  }

  it('asks the owner, who sees what it is about', async () => {
    const { call } = prepare()
    const { questions, ask } = asked({ action: 'accept' })
    const params: Answer = { prompt: 'Greet Ann.', approval: 'request', purpose: 'a test' }
    expect(await call('complete', params, { ask })).toMatchObject({ text: 'Hello!' })
    expect(questions).toMatchObject([
      {
        kind: 'approval',
        message: 'Send this to a language model? Purpose: a test.\n\nGreet Ann.',
        schema: { properties: { prompt: { type: 'string' }, maxTokens: { type: 'integer' } } },
      },
    ])
  })

  it('takes the changes from the answer', async () => {
    const { provider, call } = prepare()
    const { ask } = asked({ action: 'accept', content: { prompt: 'Greet Bob.' } })
    await call('complete', { prompt: 'Greet Ann.', approval: 'request' }, { ask })
    expect(provider.asked).toMatchObject([{ messages: [{ content: 'Greet Bob.' }] }])
  })

  it.each(['decline', 'cancel'] as const)('takes %s for a no', async (action) => {
    const { call } = prepare()
    const { ask } = asked({ action })
    const params = { prompt: 'Hello', approval: 'request' }
    expect(await call('complete', params, { ask })).toMatchObject(denied)
  })

  it('takes changes that do not fit for a no, since nobody can mend them', async () => {
    const { provider, call } = prepare()
    const { ask } = asked({ action: 'accept', content: { maxTokens: 'many' } })
    const params = { prompt: 'Hello', approval: 'request' }
    expect(await call('complete', params, { ask })).toMatchObject(denied)
    expect(provider.asked).toEqual([])
  })

  it('takes whichever answer is first', async () => {
    const { provider, call, pending } = prepare()
    const { promise, resolve } = Promise.withResolvers<InteractionResponse>()
    const { ask } = asked(promise)
    const asking = call('complete', { prompt: 'Hello', approval: 'request' }, { ask })
    await call('approve', { approvalId: (await pending())['approvalId'] })
    resolve({ action: 'decline' })
    expect(await asking).toMatchObject({ text: 'Hello!' })
    expect(provider.asked).toHaveLength(1)
  })
})
