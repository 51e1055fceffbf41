import { expect, it } from 'vitest'

import { chooseProvider, describeProvider, providerNames } from './choose-provider.ts'

it.each([
  [{}],
  [{ LLM_PROVIDER: '', LLM_API_URL: '', LLM_API_KEY: ' ', LLM_MODEL: '' }],
  [{ LLM_PROVIDER: 'offline', LLM_API_URL: 'https://api.example.com', LLM_API_KEY: 'secret' }],
])('returns undefined for %j', (settings) => {
  expect(chooseProvider(settings)).toBeUndefined()
})

it.each([
  [
    { LLM_API_URL: 'https://api.example.com/v1/completions', LLM_API_KEY: 'k' },
    'openai-compatible',
    'api.example.com',
  ],
  [{ LLM_API_URL: 'http://127.0.0.1:1234' }, 'openai-compatible', '127.0.0.1:1234'],
  [
    { LLM_PROVIDER: 'openai-compatible', LLM_API_URL: 'http://127.0.0.1:1234' },
    'openai-compatible',
    '127.0.0.1:1234',
  ],
  [{ LLM_PROVIDER: 'openai', LLM_API_KEY: 'k' }, 'openai', 'api.openai.com'],
  [{ LLM_PROVIDER: 'anthropic', LLM_API_KEY: 'k' }, 'anthropic', 'api.anthropic.com'],
  [{ LLM_PROVIDER: 'ollama' }, 'ollama', 'localhost:11434'],
  [{ LLM_PROVIDER: 'ollama', LLM_API_URL: 'http://gpu:11434/v1' }, 'ollama', 'gpu:11434'],
])('returns a language model for %j', (settings, id, label) => {
  const provider = chooseProvider(settings)
  expect(provider).toMatchObject({ id, label })
  expect(provider?.offline).toBeUndefined()
})

it.each([
  [{ LLM_API_KEY: 'secret' }, 'LLM_API_KEY set without LLM_API_URL.'],
  [
    { LLM_API_KEY: 'secret', LLM_MODEL: 'small' },
    'LLM_API_KEY and LLM_MODEL set without LLM_API_URL.',
  ],
  [{ LLM_PROVIDER: 'openai' }, 'LLM_PROVIDER "openai" requires LLM_API_KEY.'],
  [
    { LLM_PROVIDER: 'openai-compatible', LLM_API_KEY: 'secret' },
    'LLM_PROVIDER "openai-compatible" requires LLM_API_URL.',
  ],
  [
    { LLM_PROVIDER: 'opanai', LLM_API_KEY: 'secret' },
    `Unknown LLM_PROVIDER "opanai". It must be one of ${providerNames.join(', ')}.`,
  ],
])('refuses %j, naming what is missing or wrong', (settings, message) => {
  const choose = () => chooseProvider(settings)
  expect(choose).toThrow(message)
  expect(choose).not.toThrow('secret')
})

it('names every provider', () => {
  expect(providerNames).toEqual(['openai-compatible', 'openai', 'anthropic', 'ollama', 'offline'])
})

it('describes a provider in one line, with the variables to set if there is none', () => {
  const provider = chooseProvider({ LLM_PROVIDER: 'ollama' })
  expect(describeProvider(provider)).toBe('localhost:11434')
  expect(describeProvider(provider, 'small')).toBe('localhost:11434, small')
  expect(describeProvider(undefined)).toBe(
    'none. Set LLM_API_URL, LLM_API_KEY and LLM_MODEL for one',
  )
  expect(provider && describeProvider({ ...provider, offline: true, label: 'planner' })).toBe(
    'planner. Set LLM_API_URL, LLM_API_KEY and LLM_MODEL for one',
  )
})
