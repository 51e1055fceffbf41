import type { InteractionRequest } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { createMemoryStores } from '../store/memory/memory-stores.ts'
import type { ManualClock } from '@mcp/protocol/testing'
import type { EventReader, ReadEvent, TestManager, TestServer } from '../test-manager.fixture.ts'
import { createManualClock } from '@mcp/protocol/testing'
import { createTestManager, createTestServer } from '../test-manager.fixture.ts'

let clock: ManualClock
let service: TestManager
let id: string
let reader: EventReader
/** The results of the interactions that the server received. */
let results: unknown[]
/** The interaction that the server requests. */
let requested: InteractionRequest

function createNotes(): TestServer {
  return createTestServer({
    remove: {
      hints: { destructive: true, interactive: true },
      async run(_request, { ask }) {
        const asking = ask?.(requested)
        asking?.then(
          ({ action }) => results.push(action),
          (error: unknown) => results.push(McpError.from(error).code),
        )
        return { response: await asking }
      },
    },
  })
}

beforeEach(async () => {
  clock = createManualClock()
  results = []
  const schema = { type: 'object', properties: { why: { type: 'string' } } }
  requested = { kind: 'approval', message: 'Remove the note?', schema, timeoutMs: 5000 }
  service = createTestManager({ servers: [createNotes()], clock })
  id = await service.open()
  reader = await service.events(id)
  await reader.next()
})

afterEach(async () => {
  await reader.cut()
  await service.close()
})

async function required(): Promise<ReadEvent['data']['data']> {
  const event = await reader.next()
  expect(event?.event).toBe('interaction-required')
  return event?.data.data ?? {}
}

function respond(interactionId: unknown, body: unknown): Promise<Response> {
  return service.call('POST', `/sessions/${id}/interactions/${String(interactionId)}`, body)
}

it('emits the interaction on the stream, and returns the response to the server', async () => {
  const removing = service.request(id, 'remove', { id: 'r-1' })
  const interaction = await required()
  expect(interaction).toEqual({
    interactionId: expect.stringMatching(/^int-/),
    kind: 'approval',
    message: 'Remove the note?',
    schema: { type: 'object', properties: { why: { type: 'string' } } },
    requestId: 'r-1',
    expiresAt: '2027-01-15T08:00:05.000Z',
  })

  const body = { action: 'accept', content: { why: 'old' } }
  expect((await respond(interaction['interactionId'], body)).status).toBe(204)
  expect((await (await removing).json()).data.response).toEqual(body)
  expect((await reader.next())?.data).toMatchObject({
    type: 'interaction-resolved',
    data: { interactionId: interaction['interactionId'], requestId: 'r-1', action: 'accept' },
  })
})

it('accepts one response', async () => {
  const removing = service.request(id, 'remove')
  const { interactionId } = await required()
  await respond(interactionId, { action: 'decline' })
  const second = await respond(interactionId, { action: 'accept' })
  expect(second.status).toBe(409)
  expect((await second.json()).error.details).toEqual({
    reason: 'already-resolved',
    action: 'decline',
  })
  expect((await (await removing).json()).data.response).toEqual({ action: 'decline' })
})

it('is denied if it is not resolved in time', async () => {
  const removing = service.request(id, 'remove')
  await required()
  clock.advance(5000)
  const response = await removing
  expect(response.status).toBe(403)
  expect((await response.json()).error).toMatchObject({
    code: 'forbidden',
    details: { reason: 'approval-denied' },
  })
  expect((await reader.next())?.data.data['action']).toBe('expire')
})

it('is withdrawn when the request is cancelled', async () => {
  const removing = service.request(id, 'remove', { id: 'r-1' })
  const { interactionId } = await required()
  await service.call('DELETE', `/sessions/${id}/requests/r-1`)
  expect((await removing).status).toBe(499)
  expect((await reader.next())?.data.data['action']).toBe('cancel')
  expect((await respond(interactionId, { action: 'accept' })).status).toBe(409)
})

it('is cancelled when the session is closed', async () => {
  const removing = [service.request(id, 'remove'), service.request(id, 'remove')]
  await required()
  await required()
  await service.call('DELETE', `/sessions/${id}`)
  await Promise.all(removing)
  await vi.waitFor(() => expect(results).toEqual(['cancelled', 'cancelled']))
})

it('is denied if the store has lost the interaction', async () => {
  const memory = createMemoryStores()
  const interactions = { ...memory.interactions, resolve: () => undefined }
  const stores = { ...memory, interactions }
  const forgetful = createTestManager({ servers: [createNotes()], clock, stores })
  const sessionId = await forgetful.open()
  const events = await forgetful.events(sessionId)
  const removing = forgetful.request(sessionId, 'remove')
  await vi.waitFor(async () => expect((await events.next())?.event).toBe('interaction-required'))
  clock.advance(5000)
  expect((await (await removing).json()).error.details).toEqual({ reason: 'approval-denied' })
  expect(results).toEqual(['forbidden'])
  await events.cut()
  await forgetful.close()
})

it.each([{ action: 'maybe' }, { action: 'accept', content: 'text' }, {}, [], 'accept'])(
  'rejects the response %j',
  async (body) => {
    expect((await respond('int-1', body)).status).toBe(400)
  },
)

it('is unknown in another session', async () => {
  const removing = service.request(id, 'remove')
  const { interactionId } = await required()
  const other = await service.open()
  const path = `/sessions/${other}/interactions/${String(interactionId)}`
  expect((await service.call('POST', path, { action: 'accept' })).status).toBe(404)
  await respond(interactionId, { action: 'cancel' })
  await vi.waitFor(async () => expect((await removing).status).toBe(200))
})

it.each([
  ['another type', { why: 5 }],
  ['no properties', {}],
  ['no content', undefined],
  ['a text that is too short', { why: '' }],
  ['a value that is not listed', { why: 'old', when: 'never' }],
])('refuses content with %s, and the interaction stays open', async (_name, content) => {
  const properties = { why: { type: 'string', minLength: 1 }, when: { enum: ['now', 'later'] } }
  requested = { ...requested, schema: { type: 'object', properties, required: ['why'] } }
  const removing = service.request(id, 'remove', { id: 'r-1' })
  const { interactionId } = await required()

  const refused = await respond(interactionId, { action: 'accept', content })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({
    error: { code: 'invalid-params', details: { reason: 'content-invalid' } },
  })
  const body = { action: 'accept', content: { why: 'old', when: 'now' } }
  expect((await respond(interactionId, body)).status).toBe(204)
  expect((await (await removing).json()).data.response).toEqual(body)
})

it.each(['decline', 'cancel'])('checks no content of %s', async (action) => {
  requested = { ...requested, schema: { type: 'object', required: ['why'] } }
  const removing = service.request(id, 'remove', { id: 'r-1' })
  const { interactionId } = await required()
  expect((await respond(interactionId, { action })).status).toBe(204)
  expect((await (await removing).json()).data.response).toEqual({ action })
})

it('leaves the check of a schema that is not supported to the server', async () => {
  requested = { ...requested, schema: { type: 'object', not: { required: ['other'] } } }
  const removing = service.request(id, 'remove', { id: 'r-1' })
  const { interactionId } = await required()
  const body = { action: 'accept', content: { other: 1 } }
  expect((await respond(interactionId, body)).status).toBe(204)
  expect((await (await removing).json()).data.response).toEqual(body)
})

const elicitation = { kind: 'elicitation', message: 'Pay.', url: 'https://example.com/pay' }
const sampling = {
  kind: 'sampling',
  message: 'Name a colour.',
  sampling: { messages: [{ role: 'user', content: { type: 'text', text: 'Hi' } }], maxTokens: 5 },
}
const roots = { kind: 'roots', message: 'Which directories?' }
const text = { type: 'text', text: 'Red.' }

it.each([
  [elicitation, undefined],
  [{ ...elicitation, schema: { type: 'object', required: ['why'] } }, undefined],
  [sampling, { role: 'assistant', content: text, model: 'm-1', stopReason: 'endTurn' }],
  [sampling, { role: 'assistant', content: [text, text], model: 'm-1', later: true }],
  [roots, { roots: [] }],
  [roots, { roots: [{ uri: 'file:///home/ada', name: 'Home' }, { uri: 'root://notes' }] }],
])('emits every field of %j, and accepts the content %j', async (interaction, content) => {
  // The key is only for standard MCP clients.
  requested = { ...interaction, key: 'first' }
  const removing = service.request(id, 'remove', { id: 'r-1' })
  const { interactionId, ...emitted } = await required()
  expect(emitted).toEqual({ ...interaction, requestId: 'r-1', expiresAt: expect.any(String) })
  const body = { action: 'accept', content }
  expect((await respond(interactionId, body)).status).toBe(204)
  expect((await (await removing).json()).data.response).toEqual(body)
})

it.each([
  [sampling, undefined, 'role'],
  [sampling, { role: 'assistant', content: 'Red.', model: 'm-1' }, 'content'],
  [sampling, { role: 'assistant', content: text }, 'model'],
  [roots, {}, 'roots'],
  [roots, { roots: [{ name: 'Home' }] }, 'roots.0.uri'],
  [roots, { roots: [{ uri: '/home/ada' }] }, 'must be a URI'],
])('refuses for %j the content %j, and stays open', async (interaction, content, problem) => {
  requested = interaction
  const removing = service.request(id, 'remove', { id: 'r-1' })
  const { interactionId } = await required()
  const refused = await respond(interactionId, { action: 'accept', content })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({
    error: {
      code: 'invalid-params',
      message: expect.stringContaining(problem),
      details: { reason: 'content-invalid' },
    },
  })
  expect((await respond(interactionId, { action: 'decline' })).status).toBe(204)
  expect((await (await removing).json()).data.response).toEqual({ action: 'decline' })
})

it.each([elicitation, sampling, roots])(
  'names its kind when it expires: %j',
  async (interaction) => {
    requested = { ...interaction, timeoutMs: 5000 }
    const removing = service.request(id, 'remove')
    await required()
    clock.advance(5000)
    expect(await (await removing).json()).toMatchObject({
      error: {
        code: 'forbidden',
        message: `The interaction of kind "${interaction.kind}" timed out.`,
        details: { reason: 'interaction-timed-out' },
      },
    })
  },
)

it('is withdrawn if it is too large for the event log', async () => {
  const content = { type: 'image', data: 'A'.repeat(300_000), mimeType: 'image/png' }
  requested = { ...sampling, sampling: { messages: [{ role: 'user', content }], maxTokens: 5 } }
  const response = await service.request(id, 'remove')
  expect(await response.json()).toMatchObject({ error: { code: 'payload-too-large' } })
  expect((await reader.next())?.data).toMatchObject({
    type: 'interaction-resolved',
    data: { action: 'cancel' },
  })
})
