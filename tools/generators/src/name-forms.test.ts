import { expect, it } from 'vitest'

import { nameForms } from './name-forms.ts'

it('returns the spellings for files, code and the environment', () => {
  expect(nameForms('currency-rates')).toEqual({
    name: 'currency-rates',
    camel: 'currencyRates',
    pascal: 'CurrencyRates',
    upper: 'CURRENCY_RATES',
    title: 'Currency rates',
  })
})

it.each(['Weather', 'weather_server', '-weather', 'weather-', '../weather', ''])(
  'refuses %j, and shows the expected form',
  (name) => {
    expect(() => nameForms(name)).toThrow(
      'lower-case letters and digits with hyphens between words',
    )
  },
)

it.each(['delete', 'import', 'new', 'await', 'let', 'static', 'eval', 'null'])(
  'refuses the reserved word %s',
  (name) => {
    expect(() => nameForms(name)).toThrow('is a reserved word of JavaScript')
    expect(nameForms(`${name}-it`).camel).toBe(`${name}It`)
  },
)
