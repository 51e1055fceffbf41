import { expect, it } from 'vitest'

import { hasModel, modelTitle } from './has-model.ts'

const provider = {
  id: 'openai',
  title: 'OpenAI',
  hasKey: true,
  missing: [],
  isDefault: true,
  models: ['openai/small'],
}

it.each([
  [{ providers: [] }, false],
  [{ default: 'offline-planner', providers: [{ ...provider, models: [] }] }, false],
  [{ default: 'own', providers: [] }, true],
  [{ default: 'openai', providers: [provider] }, true],
])('reads whether %j has a model', (list, expected) => {
  expect(hasModel(list)).toBe(expected)
})

it.each([
  [{ providers: [provider] }, 'No model'],
  [{ default: 'offline-planner', providers: [provider] }, 'Offline planner'],
  [{ default: 'own', providers: [provider] }, 'own'],
  [{ default: 'openai', providers: [provider] }, 'OpenAI'],
])('returns the title of the default provider of %j', (list, expected) => {
  expect(modelTitle(list)).toBe(expected)
})
