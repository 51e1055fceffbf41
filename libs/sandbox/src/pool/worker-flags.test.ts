import { expect, it } from 'vitest'

import { conditionFlags } from './worker-flags.ts'

it('passes on the conditions of the parent in every notation', () => {
  const flags = ['--inspect', '--conditions=a', '-C', 'b', '--conditions', 'c', '--watch']
  expect(conditionFlags(flags)).toEqual(['--conditions=a', '--conditions=b', '--conditions=c'])
})
