import { expect, it } from 'vitest'

import { addressProblem } from './address-problem.ts'

it.each([
  ['', /^$/],
  ['http://localhost:8000/v1', /^$/],
  [' https://example.com/v1 ', /^$/],
  ['127.0.0.1:5790', /Did you mean http:\/\/127\.0\.0\.1:5790\?/],
  ['localhost:8000/v1', /Did you mean http:\/\/localhost:8000\/v1\?/],
  ['ftp://example.com', /^Invalid address/],
  ['http://', /^Invalid address/],
  ['two words', /^Invalid address/],
])('checks the address %j', (address, expected) => {
  const problem = addressProblem(address) ?? ''
  expect(problem).toMatch(expected)
})
