import { expect, it } from 'vitest'

import { callAddress, readCallArguments } from './call-address.ts'

const entry = { server: 'tools', path: 'calculator.add' }

it('keeps arguments in the address of a call', () => {
  const args = { a: 2, text: 'x&y=ü #1' }
  const address = callAddress(entry, args)
  expect(address).toMatch(/^\/console\/tools\/calculator\.add\?args=/)
  expect(readCallArguments(address.slice(address.indexOf('?')))).toEqual(args)
})

it('leaves out arguments that are too long for an address', () => {
  expect(callAddress(entry, { text: 'x'.repeat(10_000) })).toBe('/console/tools/calculator.add')
})

it.each(['', '?args=', '?args={', '?args=[1]', '?other=1'])(
  'reads no arguments from "%s"',
  (query) => {
    expect(readCallArguments(query)).toBeUndefined()
  },
)
