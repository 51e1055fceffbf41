import { expect, it } from 'vitest'

import { convertUnits } from './convert-units.ts'

it.each([
  [1, 'inch', 'cm', 2.54],
  [5, 'mile', 'km', 8.04672],
  [-40, 'celsius', 'fahrenheit', -40],
  [90, 'km/h', 'm/s', 25],
  [1, 'kWh', 'MJ', 3.6],
  [3, 'GB', 'MB', 3000],
  [0.1, 'm', 'mm', 100],
])('%d %s in %s is exactly %d', async (value, from, to, expected) => {
  expect(await convertUnits.work({ value, from, to })).toEqual({ value: expected, unit: to })
})

it.each([
  [{ value: 1, from: 'foo', to: 'km' }, 'from', 'unknown unit: "foo"'],
  [{ value: 1, from: 'km', to: 'nope' }, 'to', 'unknown unit: "nope"'],
  [{ value: 1, from: 'kg', to: 'km' }, 'to', 'measure different quantities'],
])('refuses %j', async (params, parameter, message) => {
  await expect(convertUnits.work(params)).rejects.toMatchObject({
    message: expect.stringContaining(message),
    details: { path: ['params', parameter] },
  })
})
