import { expect, it } from 'vitest'
import * as z from 'zod'

import * as api from './settings.ts'

const settings = z.object(api.llmSettings())

it('exports these names and no others', () => {
  expect(Object.keys(api)).toEqual(['llmSettings'])
})

it('accepts the names of the providers', () => {
  expect(settings.parse({ LLM_PROVIDER: 'ollama' })).toEqual({ LLM_PROVIDER: 'ollama' })
  expect(settings.parse({})).toEqual({})
})

it.each([
  [{ LLM_PROVIDER: 'My provider' }, 'must be one of openai-compatible, openai,'],
  [{ LLM_API_URL: 'api.example.com' }, 'must be a URL with http or https'],
])('refuses %j', (environment, message) => {
  expect(() => settings.parse(environment)).toThrow(message)
})
