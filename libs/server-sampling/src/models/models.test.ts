import { describe, expect, it } from 'vitest'

import { scriptedProvider } from '../fixtures/scripted-provider.ts'
import { stage } from '../fixtures/test-server.ts'
import { profileOf } from './model-profile.ts'

const listing = (id: string, ...models: string[]) =>
  scriptedProvider(['Hello!'], { id, listModels: () => models.map((model) => ({ id: model })) })

const one = () => listing('one', 'atlas-mini', 'atlas-large', 'text-embedding-3')

function select(params: object, options: Parameters<typeof stage>[0] = { providers: [one()] }) {
  return stage(options).call('selectModel', { ...params })
}

describe('the choice of a model', () => {
  it('is left to the provider where nothing is preferred', async () => {
    expect(await select({})).toEqual({
      provider: 'one',
      candidates: [],
      reason: 'No model is preferred: the first provider chooses its own.',
    })
  })

  it('goes by the first hint that is part of a name', async () => {
    const modelPreferences = { hints: ['opus', { name: 'LARGE' }, 'mini'] }
    expect(await select({ modelPreferences })).toEqual({
      model: 'atlas-large',
      provider: 'one',
      candidates: [{ model: 'atlas-large', provider: 'one' }],
      reason: 'The hint "LARGE" is part of its name alone.',
    })
  })

  it('weighs what models are like by the priorities', async () => {
    expect(await select({ modelPreferences: { speedPriority: 1 } })).toMatchObject({
      model: 'atlas-mini',
      candidates: [
        { model: 'atlas-mini', score: 0.85 },
        { model: 'atlas-large', score: 0.4 },
      ],
      reason: 'By the priorities (speed 1) it scores 0.85, the most of 2.',
    })
    const clever = { intelligencePriority: 1, costPriority: 0.1 }
    expect(await select({ modelPreferences: clever })).toMatchObject({ model: 'atlas-large' })
  })

  it('weighs among those that a hint leaves', async () => {
    const providers = [listing('one', 'atlas-mini', 'terra-large', 'atlas-large')]
    const modelPreferences = { hints: ['atlas'], intelligencePriority: 1 }
    expect(await select({ modelPreferences }, { providers })).toMatchObject({
      model: 'atlas-large',
      reason: expect.stringMatching(/^The hint "atlas" is part of 2 names\. By the priorities/),
    })
  })

  it('goes by the priorities where no hint fits', async () => {
    const modelPreferences = { hints: ['zeus'], costPriority: 1 }
    expect(await select({ modelPreferences })).toMatchObject({
      model: 'atlas-mini',
      reason: expect.stringContaining('No model has a hint in its name.'),
    })
  })

  it('takes the profiles of the operator over those by name', async () => {
    const profiles = { 'atlas-large': { cost: 1, speed: 1, intelligence: 1 } }
    const modelPreferences = { speedPriority: 1 }
    expect(await select({ modelPreferences }, { providers: [one()], profiles })).toMatchObject({
      model: 'atlas-large',
    })
  })

  it('chooses across providers, and asks the one that has the model', async () => {
    const [first, second] = [listing('one', 'atlas-mini'), listing('two', 'terra-large')]
    const { call } = stage({ providers: [first, second] })
    const modelPreferences = { intelligencePriority: 1 }
    const params = { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 5, modelPreferences }
    expect(await call('createMessage', params)).toMatchObject({ model: 'terra-large' })
    expect(await call('complete', { prompt: 'Hi', model: 'atlas-mini' })).toMatchObject({
      model: 'atlas-mini',
    })
    expect([first.asked.length, second.asked.length]).toEqual([1, 1])
    expect(await call('complete', { prompt: 'Hi', model: 'atlas-mni' })).toMatchObject({
      error: { code: 'not-found', message: expect.stringContaining('atlas-mini') },
    })
  })

  it('leaves it to the provider where that lists no models', async () => {
    const silent = scriptedProvider(['Hello!'], {
      listModels: () => Promise.reject(new Error('no such route')),
    })
    const modelPreferences = { speedPriority: 1 }
    expect(await select({ modelPreferences }, { providers: [silent] })).toMatchObject({
      candidates: [],
      reason: 'No models are listed: the first provider chooses its own.',
    })
  })
})

describe('the list of models', () => {
  it('names each model of a provider once, and no two providers alike', async () => {
    const twice = listing('one', 'atlas-mini', 'atlas-mini')
    expect(await stage({ providers: [twice] }).call('listModels')).toMatchObject({
      items: { length: 1 },
    })
    expect(() => stage({ providers: [one(), twice] })).toThrow('Two providers have the id "one"')
  })

  it('says what each is like', async () => {
    expect(await stage({ providers: [one()] }).call('listModels', { query: 'mini' })).toEqual({
      items: [
        {
          model: 'atlas-mini',
          provider: 'one',
          profile: { cost: 0.85, speed: 0.85, intelligence: 0.55 },
        },
      ],
    })
  })

  it('has the models of those providers that answer', async () => {
    const broken = scriptedProvider([''], { listModels: () => Promise.reject(new Error('broken')) })
    const { call } = stage({ providers: [broken, one()] })
    expect(await call('listModels')).toMatchObject({ items: { length: 3 } })
  })
})

it('finds sizes in names as whole words', () => {
  expect(profileOf('gemini-2', {})).toEqual({ cost: 0.5, speed: 0.5, intelligence: 0.5 })
  expect(profileOf('gpt-5-mini', {})).toEqual({ cost: 0.85, speed: 0.85, intelligence: 0.55 })
})
