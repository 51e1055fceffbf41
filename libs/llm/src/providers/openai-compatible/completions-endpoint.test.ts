import { expect, it } from 'vitest'

import { completionsEndpoint } from './completions-endpoint.ts'

it.each([
  ['https://api.example.com/v1', 'https://api.example.com/v1'],
  ['https://api.example.com/v1/', 'https://api.example.com/v1'],
  ['https://api.example.com/v1/completions', 'https://api.example.com/v1'],
  ['https://api.example.com/v1/chat/completions', 'https://api.example.com/v1'],
  ['https://api.example.com/openai/v1/chat/completions/', 'https://api.example.com/openai/v1'],
  ['http://localhost:11434', 'http://localhost:11434/v1'],
  [' https://api.example.com ', 'https://api.example.com/v1'],
])('finds the base of %j', (address, baseUrl) => {
  expect(completionsEndpoint(address).baseUrl).toBe(baseUrl)
})

it('keeps the query of an address', () => {
  expect(completionsEndpoint('https://api.example.com/v1?api-version=2').query).toEqual({
    'api-version': '2',
  })
})

it.each(['', 'api.example.com', 'ftp://api.example.com'])('refuses %j', (address) => {
  expect(() => completionsEndpoint(address)).toThrow('must be an http(s) URL')
})

it('refuses a password in the address without repeating it', () => {
  const read = () => completionsEndpoint('https://user:hunter2@api.example.com/v1')
  expect(read).toThrow('must not contain credentials')
  expect(read).not.toThrow('hunter2')
})
