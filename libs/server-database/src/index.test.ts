import * as api from '@mcp/server-database'
import * as settings from '@mcp/server-database/settings'
import { expect, it } from 'vitest'

it('exports its public API', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'builtinEngines',
    'commonConfig',
    'databaseServer',
    'lockFolder',
    'sqlError',
  ])
})

it('exports the settings', () => {
  expect(Object.keys(settings).toSorted()).toEqual(['databaseOptions', 'databaseSettings'])
})
