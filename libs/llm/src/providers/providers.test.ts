import { describe, expect, it } from 'vitest'

import { scriptedProvider } from '../fixtures/scripted-provider.ts'
import { providerNames } from './provider-kinds.ts'
import type { StoredProviders } from './providers.ts'
import { createProviders, describeProvider } from './providers.ts'

it.each([
  [{}],
  [{ LLM_PROVIDER: '', LLM_API_URL: '', LLM_API_KEY: ' ', LLM_MODEL: '' }],
  [{ LLM_PROVIDER: 'offline', LLM_API_URL: 'https://api.example.com', LLM_API_KEY: 'secret' }],
])('returns undefined for %j', (settings) => {
  expect(createProviders(settings).default).toBeUndefined()
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
  [{ LLM_PROVIDER: 'google', LLM_API_KEY: 'k' }, 'google', 'generativelanguage.googleapis.com'],
  [{ LLM_PROVIDER: 'groq', LLM_API_KEY: 'k' }, 'groq', 'api.groq.com'],
  [{ LLM_PROVIDER: 'ollama' }, 'ollama', 'localhost:11434'],
  [{ LLM_PROVIDER: 'ollama', LLM_API_URL: 'http://gpu:11434/v1' }, 'ollama', 'gpu:11434'],
])('returns a language model for %j', (settings, id, label) => {
  const provider = createProviders(settings).default
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
  const choose = () => createProviders(settings).default
  expect(choose).toThrow(message)
  expect(choose).not.toThrow('secret')
})

it('names every provider', () => {
  expect(providerNames).toEqual([
    'openai-compatible',
    'openai',
    'anthropic',
    'google',
    'openrouter',
    'groq',
    'mistral',
    'ollama',
    'lmstudio',
    'llamacpp',
    'vllm',
    'offline',
  ])
})

it('describes a provider in one line, with the variables to set if there is none', () => {
  const provider = createProviders({ LLM_PROVIDER: 'ollama' }).default
  expect(describeProvider(provider)).toBe('localhost:11434')
  expect(describeProvider(provider, 'small')).toBe('localhost:11434, small')
  expect(describeProvider(undefined)).toBe(
    'none. Set LLM_API_URL, LLM_API_KEY and LLM_MODEL for one',
  )
  expect(provider && describeProvider({ ...provider, offline: true, label: 'planner' })).toBe(
    'planner. Set LLM_API_URL, LLM_API_KEY and LLM_MODEL for one',
  )
})

const fallback = scriptedProvider(['Hello'], { id: 'planner', offline: true })
const both: StoredProviders = { openai: { key: 'k1' }, anthropic: { key: 'k2', model: 'small' } }

describe('several providers', () => {
  it.each([
    ['openai/gpt-5', 'openai', 'gpt-5'],
    ['anthropic/claude-5', 'anthropic', 'claude-5'],
    ['openai/', 'openai', undefined],
    ['gpt-5', 'openai', 'gpt-5'],
    ['meta/llama', 'openai', 'meta/llama'],
    ['groq/llama', 'openai', 'groq/llama'],
    [undefined, 'openai', undefined],
    ['planner/any', 'planner', 'any'],
  ])('chooses for the model %j', (name, id, model) => {
    const { provider, model: chosen } = createProviders({}, { stored: both, fallback }).choose(name)
    expect([provider.id, chosen]).toEqual([id, model])
  })

  it('prefers the environment, and lists the default provider first', () => {
    const settings = { LLM_PROVIDER: 'anthropic', LLM_API_KEY: 'k3' }
    const providers = createProviders(settings, { stored: both })
    expect(providers.default?.id).toBe('anthropic')
    expect(providers.ready().map(({ id }) => id)).toEqual(['anthropic', 'openai'])
    expect(providers.choose('gpt-5').provider.id).toBe('anthropic')
  })

  it('uses the fallback without a provider, and requires settings for a named one', () => {
    const providers = createProviders({}, { fallback })
    expect(providers.choose().provider).toBe(fallback)
    expect(providers.ready()).toEqual([])
    expect(() => providers.choose('openai/gpt-5')).toThrow('PUT /providers/openai')
    expect(() => createProviders({}).choose()).toThrow('No language model is configured.')
    expect(() => providers.get('opanai')).toThrow('Unknown provider "opanai". Known are ')
  })

  it('keeps an explicit "offline" and still offers the stored providers by name', () => {
    const providers = createProviders({ LLM_PROVIDER: 'offline' }, { stored: both, fallback })
    expect(providers.choose('small').provider).toBe(fallback)
    expect(providers.choose('openai/gpt-5').provider.id).toBe('openai')
  })
})

/** Keeps settings in memory, and records each change. */
function recordChanges(initial: StoredProviders = {}) {
  const saved: StoredProviders[] = []
  const change = async (edit: (stored: StoredProviders) => StoredProviders) => {
    const next = edit(saved.at(-1) ?? initial)
    saved.push(next)
    return next
  }
  return { saved, change }
}

describe('the settings of a provider', () => {
  it('are stored, apply at once, and never appear in the state', async () => {
    const { saved, change: store } = recordChanges()
    const providers = createProviders({}, { fallback, change: store })
    expect(await providers.configure('groq', { key: ' secret ' })).toEqual({
      id: 'groq',
      title: 'Groq',
      url: 'https://api.groq.com/openai/v1',
      hasKey: true,
      source: 'file',
      missing: [],
      isDefault: true,
    })
    expect(providers.default?.id).toBe('groq')
    expect(JSON.stringify(providers.list())).not.toContain('secret')
    await providers.configure('groq', { model: 'llama' })
    expect(saved.at(-1)).toEqual({ groq: { key: 'secret', model: 'llama' } })
    expect(await providers.configure('groq', { key: null })).toMatchObject({ missing: ['key'] })
    expect(providers.default).toBe(fallback)
  })

  it.each([
    ['ollama', { url: 'http://127.0.0.1:11434/v1' }, { url: null }],
    ['lmstudio', { model: 'small' }, { model: null }],
    ['groq', { key: 'secret', model: 'llama' }, { key: null, model: null }],
  ])('are undone for %s if null removes the last of them', async (id, change, undo) => {
    const { saved, change: store } = recordChanges()
    const providers = createProviders({}, { fallback, change: store })
    const before = providers.list()
    await providers.configure(id, change)
    expect(providers.default?.id).toBe(id)
    expect(await providers.configure(id, undo)).not.toHaveProperty('source')
    expect(saved.at(-1)).toEqual({})
    expect(providers.list()).toEqual(before)
    expect(providers.default).toBe(fallback)
  })

  it('are the usual ones if a provider is configured without any', async () => {
    const providers = createProviders({}, { fallback })
    expect(await providers.configure('ollama', {})).toMatchObject({ source: 'file' })
    expect(providers.default?.id).toBe('ollama')
  })

  it('keep a key only for the host that it was set for', async () => {
    const { saved, change } = recordChanges(both)
    const providers = createProviders({}, { stored: both, change })
    await providers.configure('openai', { url: 'https://api.openai.com/v2' })
    expect(saved.at(-1)?.['openai']).toMatchObject({ key: 'k1' })
    await providers.configure('openai', { url: 'https://other.example.com/v1' })
    expect(saved.at(-1)?.['openai']).toEqual({ url: 'https://other.example.com/v1' })
    const settings = { LLM_PROVIDER: 'openai', LLM_API_URL: 'https://other.example.com' }
    expect(() => createProviders(settings, { stored: both })).toThrow('requires LLM_API_KEY')
  })

  it.each([
    ['no address', { url: 'api.example.com' }, 'it must be an http(s) URL'],
    ['a file', { url: 'file:///etc/passwd' }, 'it must be an http(s) URL'],
    ['a password', { url: 'https://me:pw@example.com' }, 'must not contain credentials'],
  ])('refuse %s', async (_name, change, message) => {
    const providers = createProviders({}, { fallback })
    await expect(providers.configure('openai', change)).rejects.toThrow(message)
    expect(providers.list().every(({ source }) => source === undefined)).toBe(true)
  })

  it('cannot replace a variable of the environment, and do not store it', async () => {
    const { saved, change } = recordChanges()
    const providers = createProviders({ LLM_PROVIDER: 'openai', LLM_API_KEY: 'env' }, { change })
    await expect(providers.configure('openai', { key: 'x' })).rejects.toThrow('LLM_API_KEY')
    await providers.configure('openai', { model: 'gpt-5' })
    expect(saved).toEqual([{ openai: { model: 'gpt-5' } }])
    expect(providers.list()[1]).toMatchObject({ source: 'environment', hasKey: true })
  })

  it('are unchanged if they cannot be stored', async () => {
    const change = () => Promise.reject(new Error('disk full'))
    const providers = createProviders({}, { fallback, change })
    await expect(providers.configure('openai', { key: 'k' })).rejects.toThrow('disk full')
    expect(providers.default).toBe(fallback)
  })
})
