import { expect, it } from 'vitest'

import { convertValue } from './convert-value.ts'

it('makes a list of one item, unless the schema names the lists that it accepts', () => {
  expect(convertValue('tags', 'x', { type: 'array', items: { type: 'string' } }, {})).toEqual({
    value: ['x'],
  })
  expect(convertValue('tags', 'unknown', { type: 'array', enum: [['y']] }, {})).toEqual({
    problem: '"tags" must be one of y, not "unknown".',
  })
})
