import { expect, it } from 'vitest'

import { countChecks, findRegressions } from './compare.ts'
import type { Check } from './suite.ts'

const check = (id: string, status: string): Check => ({ id, name: id, status })
const scenario = (...checks: readonly Check[]) => new Map([['scenario', checks]])

it.each([
  ['passes in both runs', 'SUCCESS', 'SUCCESS', 0],
  ['fails in both runs', 'FAILURE', 'FAILURE', 0],
  ['passes only here', 'FAILURE', 'SUCCESS', 0],
  ['fails here', 'SUCCESS', 'FAILURE', 1],
  ['is a warning here', 'SUCCESS', 'WARNING', 1],
  ['is skipped here', 'SUCCESS', 'SKIPPED', 1],
  ['is a failure in place of a warning', 'WARNING', 'FAILURE', 1],
  ['is a warning in place of information', 'INFO', 'WARNING', 0],
])('reports a check that %s correctly', (_case, direct, ours, expected) => {
  const regressions = findRegressions(scenario(check('a', direct)), scenario(check('a', ours)))
  expect(regressions).toHaveLength(expected)
})

it('reports a check that is missing, and a failure that only this system has', () => {
  const passed = scenario(check('a', 'SUCCESS'))
  expect(findRegressions(passed, new Map())).toEqual([
    'scenario, a: SUCCESS with the SDK alone, absent here',
  ])
  const failed = scenario(check('a', 'SUCCESS'), check('b', 'FAILURE'))
  expect(findRegressions(passed, failed)).toEqual([
    'scenario, b: absent with the SDK alone, FAILURE here',
  ])
})

it('compares checks with the same id by their position', () => {
  const direct = scenario(check('a', 'FAILURE'), check('a', 'SUCCESS'))
  const ours = scenario(check('a', 'SUCCESS'), check('a', 'FAILURE'))
  expect(findRegressions(direct, ours)).toEqual([
    'scenario, a (2): SUCCESS with the SDK alone, FAILURE here',
  ])
})

it('excepts only the stream that the fixture of the SDK closes', () => {
  const direct = scenario(check('server-sse-disconnect-resume', 'SUCCESS'))
  expect(findRegressions(direct, scenario(check('server-sse-disconnect-resume', 'INFO')))).toEqual(
    [],
  )
})

it('counts neither warnings nor information', () => {
  const statuses = ['SUCCESS', 'SUCCESS', 'FAILURE', 'WARNING', 'INFO', 'SKIPPED']
  expect(countChecks(statuses.map((status) => check('a', status)))).toEqual({
    passed: 2,
    failed: 1,
  })
})
