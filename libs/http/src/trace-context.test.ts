import { expect, it } from 'vitest'

import { readTrace } from './trace-context.ts'

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

it.each([
  [traceparent, undefined, { traceparent }],
  [
    traceparent,
    'congo=t61rcWkgMzE,rojo=1',
    { traceparent, tracestate: 'congo=t61rcWkgMzE,rojo=1' },
  ],
  // A later version of the standard may add fields.
  [`cc${traceparent.slice(2)}-new`, undefined, { traceparent: `cc${traceparent.slice(2)}-new` }],
])('reads %s with the state %s', (parent, state, expected) => {
  expect(readTrace(parent, state)).toEqual(expected)
})

it.each([undefined, 5, '', 'x', `${traceparent}\r\nx: y`, traceparent.toUpperCase()])(
  'ignores the malformed trace context %j',
  (parent) => {
    expect(readTrace(parent, 'a=1')).toBeUndefined()
  },
)

it.each([5, '', 'a=1\r\nx: y', 'ü=1', 'a'.repeat(513)])('drops the malformed state %j', (state) => {
  expect(readTrace(traceparent, state)).toEqual({ traceparent })
})
