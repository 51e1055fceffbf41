import { expect, it } from 'vitest'

import { didYouMean, nearNames } from './near-names.ts'

it('finds the name a typo was meant for', () => {
  expect(nearNames('calculater', ['textProcessor', 'calculator'])).toEqual(['calculator'])
})

it('finds nothing if no name is similar', () => {
  expect(nearNames('weather', ['calculator', 'textProcessor'])).toEqual([])
})

it('ends a sentence with or without a suggestion', () => {
  expect(`No tool "x"${didYouMean([])}`).toBe('No tool "x".')
  expect(`No tool "ad"${didYouMean(['add'])}`).toBe('No tool "ad". Did you mean "add"?')
})
