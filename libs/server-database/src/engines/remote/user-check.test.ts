import { expect, it } from 'vitest'

import type { DatabaseMode } from '../database-mode.ts'
import { createUserCheck } from './user-check.ts'

function checkWith(mode: DatabaseMode, allowSuperuser = false) {
  const logged: string[] = []
  const check = createUserCheck({ name: 'shop', mode, allowSuperuser }, (line) => logged.push(line))
  return { check, logged }
}

it('refuses a superuser in read-only mode, and logs it once', () => {
  const { check, logged } = checkWith('read-only')
  for (let connection = 0; connection < 3; connection++) {
    expect(() => check({ privilege: 'is a superuser' })).toThrow('allowSuperuser')
  }
  expect(logged).toEqual([expect.stringContaining('"shop" is a superuser, which a read-only')])
})

it.each(['data', 'admin'] as const)('warns once about a superuser in the mode %s', (mode) => {
  const { check, logged } = checkWith(mode)
  check({ privilege: 'is a superuser' })
  check({ privilege: 'is a superuser' })
  expect(logged).toEqual([expect.stringContaining('can access files or run programs')])
})

it('accepts an allowed superuser, and warns about rights beyond reading', () => {
  const { check, logged } = checkWith('read-only', true)
  check({ privilege: 'is a superuser', excess: 'rights to change data' })
  expect(logged).toEqual([expect.stringContaining('has rights to change data')])
})

it('logs nothing about a user without privileges', () => {
  const { check, logged } = checkWith('data')
  check({ privilege: undefined, excess: 'INSERT' })
  expect(logged).toEqual([])
})
