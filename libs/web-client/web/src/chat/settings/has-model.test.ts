import { expect, it } from 'vitest'

import { hasModel } from './has-model.ts'

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
  [{ default: 'offline', providers: [{ ...provider, models: [] }] }, false],
  [{ default: 'own', providers: [] }, true],
  [{ default: 'openai', providers: [provider] }, true],
])('reads whether %j has a model', (list, expected) => {
  expect(hasModel(list)).toBe(expected)
})
