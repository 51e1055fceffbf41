import { expect, it } from 'vitest'

import { createLlm } from './create-llm.ts'

it('plans offline where nothing is set, and says what to set', () => {
  const { provider, reason } = createLlm()
  expect(provider).toMatchObject({ offline: true, label: 'offline planner: no language model' })
  expect(reason).toContain('set LLM_API_URL and LLM_API_KEY')
})

it('takes variables that are set to nothing for unset', () => {
  expect(createLlm({ url: '', key: ' ', model: '', provider: '' }).provider.offline).toBe(true)
})

it.each([
  [{ url: 'https://api.example.com/v1' }, 'set LLM_API_KEY', 'LLM_PROVIDER=openai-compatible'],
  [{ key: 'secret' }, 'set LLM_API_URL', 'No language model'],
  [{ provider: 'openai' }, 'set LLM_API_KEY', '"openai"'],
  [{ provider: 'openai-compatible', key: 'secret' }, 'set LLM_API_URL', 'openai-compatible'],
  [{ provider: 'offline', url: 'https://api.example.com', key: 'secret' }, 'offline', ''],
])('plans offline for %j, and says what is missing', (options, missing, hint) => {
  const { provider, reason } = createLlm(options)
  expect(provider.offline).toBe(true)
  expect(reason).toContain(missing)
  expect(reason).toContain(hint)
  expect(reason).not.toContain('secret')
})

it.each([
  [
    { url: 'https://api.example.com/v1/completions', key: 'k' },
    'openai-compatible',
    'api.example.com',
  ],
  [
    { url: 'http://127.0.0.1:1234', provider: 'openai-compatible' },
    'openai-compatible',
    '127.0.0.1:1234',
  ],
  [{ provider: 'openai', key: 'k' }, 'openai', 'api.openai.com'],
  [{ provider: 'ollama' }, 'ollama', 'localhost:11434'],
])('chooses a language model for %j', (options, id, label) => {
  const { provider, reason } = createLlm(options)
  expect(provider).toMatchObject({ id, label })
  expect(provider.offline).toBeUndefined()
  expect(reason).toBeUndefined()
})

it('refuses a provider it does not know, and names those it does', () => {
  expect(() => createLlm({ provider: 'opanai' })).toThrow(
    'LLM_PROVIDER can be: openai-compatible, openai, anthropic, ollama, offline.',
  )
})
