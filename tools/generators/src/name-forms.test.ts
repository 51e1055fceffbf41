import { expect, it } from 'vitest'

import { nameForms } from './name-forms.ts'

it('spells a name as files, code and the environment need it', () => {
  expect(nameForms('currency-rates')).toEqual({
    name: 'currency-rates',
    camel: 'currencyRates',
    pascal: 'CurrencyRates',
    upper: 'CURRENCY_RATES',
    title: 'Currency rates',
  })
})

it.each(['Weather', 'weather_server', '-weather', 'weather-', '../weather', ''])(
  'refuses %j, and says what a name looks like',
  (name) => {
    expect(() => nameForms(name)).toThrow('small letters and digits with dashes between words')
  },
)
