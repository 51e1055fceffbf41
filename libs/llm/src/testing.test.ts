import { expect, it } from 'vitest'

import * as api from './testing.ts'

it('exports these names and no others', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'catalogue',
    'chunk',
    'closeCompletionsServers',
    'completion',
    'countTokens',
    'createSession',
    'cutStreamOf',
    'json',
    'neverResponds',
    'scriptedProvider',
    'scriptedResponse',
    'startCompletionsServer',
    'streamOf',
    'toolCall',
  ])
})
