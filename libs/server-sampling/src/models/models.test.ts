import { describe, expect, it } from 'vitest'

import { scriptedProvider } from '@mcp/llm/testing'
import { createTestServer } from '../fixtures/test-server.ts'
import { profileOf } from './model-profile.ts'

const listing = (id: string, ...models: string[]) =>
  scriptedProvider(['Hello!'], { id, listModels: () => models.map((model) => ({ id: model })) })

const one = () => listing('one', 'atlas-mini', 'atlas-large', 'text-embedding-3')

function select(
  params: object,
  options: Parameters<typeof createTestServer>[0] = { providers: [one()] },
) {
  return createTestServer(options).call('selectModel', { ...params })
}

describe('the selection of a model', () => {
  it('is left to the provider if there is no preference', async () => {
    expect(await select({})).toEqual({
      provider: 'one',
      candidates: [],
      reason: 'No preference: the first provider uses its default model.',
    })
  })

  it('uses the first hint that is part of a name', async () => {
    const modelPreferences = { hints: ['opus', { name: 'LARGE' }, 'mini'] }
    expect(await select({ modelPreferences })).toEqual({
      model: 'atlas-large',
      provider: 'one',
      candidates: [{ model: 'atlas-large', provider: 'one' }],
      reason: 'The hint "LARGE" matches only this model.',
    })
  })

  it('weighs the profiles by the priorities', async () => {
    expect(await select({ modelPreferences: { speedPriority: 1 } })).toMatchObject({
      model: 'atlas-mini',
      candidates: [
        { model: 'atlas-mini', score: 0.85 },
        { model: 'atlas-large', score: 0.4 },
      ],
      reason: 'Highest score of 2 by the priorities (speed 1): 0.85.',
    })
    const clever = { intelligencePriority: 1, costPriority: 0.1 }
    expect(await select({ modelPreferences: clever })).toMatchObject({ model: 'atlas-large' })
  })

  it('weighs the models that match a hint', async () => {
    const providers = [listing('one', 'atlas-mini', 'terra-large', 'atlas-large')]
    const modelPreferences = { hints: ['atlas'], intelligencePriority: 1 }
    expect(await select({ modelPreferences }, { providers })).toMatchObject({
      model: 'atlas-large',
      reason: expect.stringMatching(/^The hint "atlas" matches 2 models\. Highest score/),
    })
  })

  it('uses the priorities if no hint matches', async () => {
    const modelPreferences = { hints: ['zeus'], costPriority: 1 }
    expect(await select({ modelPreferences })).toMatchObject({
      model: 'atlas-mini',
      reason: expect.stringContaining('No hint matches a model.'),
    })
  })

  it('prefers configured profiles to profiles by size word', async () => {
    const profiles = { 'atlas-large': { cost: 1, speed: 1, intelligence: 1 } }
    const modelPreferences = { speedPriority: 1 }
    expect(await select({ modelPreferences }, { providers: [one()], profiles })).toMatchObject({
      model: 'atlas-large',
    })
  })

  it('selects across providers, and calls the one that has the model', async () => {
    const [first, second] = [listing('one', 'atlas-mini'), listing('two', 'terra-large')]
    const { call } = createTestServer({ providers: [first, second] })
    const modelPreferences = { intelligencePriority: 1 }
    const params = { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 5, modelPreferences }
    expect(await call('createMessage', params)).toMatchObject({ model: 'terra-large' })
    expect(await call('complete', { prompt: 'Hi', model: 'atlas-mini' })).toMatchObject({
      model: 'atlas-mini',
    })
    expect(await call('complete', { prompt: 'Hi', model: 'two/terra-large' })).toMatchObject({
      model: 'terra-large',
    })
    expect([first.requests.length, second.requests.length]).toEqual([1, 2])
    expect(await call('complete', { prompt: 'Hi', model: 'atlas-mni' })).toMatchObject({
      error: { code: 'not-found', message: expect.stringContaining('atlas-mini') },
    })
  })

  it('is left to the provider if it lists no models', async () => {
    const silent = scriptedProvider(['Hello!'], {
      listModels: () => Promise.reject(new Error('no such route')),
    })
    const modelPreferences = { speedPriority: 1 }
    expect(await select({ modelPreferences }, { providers: [silent] })).toMatchObject({
      candidates: [],
      reason: 'No models are listed: the first provider uses its default model.',
    })
  })
})

describe('the list of models', () => {
  it('contains each model once, and refuses duplicate provider ids', async () => {
    const duplicate = listing('one', 'atlas-mini', 'atlas-mini')
    expect(await createTestServer({ providers: [duplicate] }).call('listModels')).toMatchObject({
      items: { length: 1 },
    })
    expect(() => createTestServer({ providers: [one(), duplicate] })).toThrow(
      'Duplicate provider id "one"',
    )
  })

  it('contains the profiles', async () => {
    expect(
      await createTestServer({ providers: [one()] }).call('listModels', { query: 'mini' }),
    ).toEqual({
      items: [
        {
          model: 'atlas-mini',
          provider: 'one',
          profile: { cost: 0.85, speed: 0.85, intelligence: 0.55 },
        },
      ],
    })
  })

  it('contains the models of the providers that respond', async () => {
    const broken = scriptedProvider([''], { listModels: () => Promise.reject(new Error('broken')) })
    const { call } = createTestServer({ providers: [broken, one()] })
    expect(await call('listModels')).toMatchObject({ items: { length: 3 } })
  })
})

it('recognizes sizes in names as whole words', () => {
  expect(profileOf('gemini-2', {})).toEqual({ cost: 0.5, speed: 0.5, intelligence: 0.5 })
  expect(profileOf('gpt-5-mini', {})).toEqual({ cost: 0.85, speed: 0.85, intelligence: 0.55 })
})
