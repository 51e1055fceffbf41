import { roots } from '@mcp/contracts/roots'
import { createDispatcher } from '@mcp/dispatcher'
import { describeContract } from '@mcp/protocol'
import { toolsServer } from '@mcp/server-tools'
import { expect, it } from 'vitest'

import { entriesOf, groupsOf } from '../catalogue.ts'
import { createOperationSearch } from './search-operations.ts'

const health = { state: 'healthy' } as const
const servers = [
  describeContract(roots, 'mcp-server-6'),
  ...createDispatcher({ servers: [toolsServer()] }).descriptions(),
].map((description) => Object.assign({}, description, { health }))
const entries = entriesOf(servers)
const search = createOperationSearch(entries)

it.each([
  ['readFile', 'roots.readFile'],
  ['read', 'roots.readFile'],
  ['calculator a', 'tools.calculator.add'],
  ['upperc', 'tools.textProcessor.toUpperCase'],
  ['Read file', 'roots.readFile'],
  ['average of numbers', 'tools.calculator.statistics'],
  ['search words in files', 'roots.searchText'],
])('finds by "%s" first of all, or among the first five, %s', (query, name) => {
  expect(
    search(query)
      .slice(0, 5)
      .map((entry) => entry.name),
  ).toContain(name)
})

it('returns all operations for an empty text, and none for unknown words', () => {
  expect(search(' ')).toBe(entries)
  expect(search('xylophone')).toEqual([])
})

it('groups operations by server and tool', () => {
  expect(groupsOf(entries).map(({ title }) => title)).toEqual([
    'roots',
    'tools',
    'tools.calculator',
    'tools.textProcessor',
    'tools.dataTransformer',
  ])
})
