import { expect, it } from 'vitest'

import { callAddress, callLink, readCallArguments, readCallState } from './call-address.ts'

const entry = { server: 'tools', path: 'calculator.add' }

it('keeps arguments in the address of a call', () => {
  const args = { a: 2, text: 'x&y=ü #1' }
  const address = callAddress(entry, args)
  expect(address).toMatch(/^\/console\/tools\/calculator\.add\?args=/)
  expect(readCallArguments(address.slice(address.indexOf('?')))).toEqual(args)
})

it('keeps arguments that are too long for an address in the history', () => {
  const args = { text: 'x'.repeat(10_000) }
  expect(callLink(entry, args)).toEqual({ href: '/console/tools/calculator.add', state: { args } })
  expect(readCallState({ args })).toEqual(args)
  expect(callLink(entry, { a: 1 })).toEqual({ href: callAddress(entry, { a: 1 }) })
})

it.each([null, undefined, 'x', {}, { args: [1] }])(
  'reads no arguments from the state %j',
  (state) => {
    expect(readCallState(state)).toBeUndefined()
  },
)

it.each(['', '?args=', '?args={', '?args=[1]', '?other=1'])(
  'reads no arguments from "%s"',
  (query) => {
    expect(readCallArguments(query)).toBeUndefined()
  },
)
