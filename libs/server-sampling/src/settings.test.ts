import { expect, it } from 'vitest'
import * as z from 'zod'

import * as api from './settings.ts'

const settings = z.object(api.samplingSettings())

it('exports these names and no others', () => {
  expect(Object.keys(api)).toEqual(['samplingSettings'])
})

it('has defaults', () => {
  expect(settings.parse({})).toEqual({
    SAMPLING_APPROVAL: 'never',
    SAMPLING_TOKEN_BUDGET: 1_000_000,
    SAMPLING_OPERATORS: [],
  })
})

it('reads a budget and a list of operators', () => {
  expect(
    settings.parse({ SAMPLING_TOKEN_BUDGET: 'none', SAMPLING_OPERATORS: 'ann, bob,' }),
  ).toMatchObject({
    SAMPLING_TOKEN_BUDGET: Infinity,
    SAMPLING_OPERATORS: ['ann', 'bob'],
  })
  expect(() => settings.parse({ SAMPLING_TOKEN_BUDGET: 'much' })).toThrow(
    'must be a number of tokens, or none',
  )
})
