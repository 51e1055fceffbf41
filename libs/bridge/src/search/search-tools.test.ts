import { isSpecType } from '@modelcontextprotocol/server'
import { expect, it } from 'vitest'

import { createCatalogue } from '../catalogue/catalogue.ts'
import { describeBuiltinServers } from '../fixtures/builtin-descriptions.ts'
import { searchRequests } from './fixtures/search-requests.ts'
import { searchToolArguments, searchToolDefinitions } from './search-tool-definitions.ts'
import { searchToolNames } from './search-tool-names.ts'
import { searchTools, toolDetails } from './search-tools.ts'

const catalogue = createCatalogue(await describeBuiltinServers())
const { tools } = catalogue

it('finds the right tool among the first five for at least 36 of 40 requests', () => {
  const servers = searchRequests.map(([, name]) => catalogue.view('')?.find(name)?.server)
  expect(new Set(servers).size).toBe(7)
  expect(searchRequests).toHaveLength(40)
  const missed = searchRequests.filter(
    ([request, name]) => !searchTools(tools, request, 5).some((found) => found.name === name),
  )
  expect(missed.slice(4)).toEqual([])
})

it('returns the name, title and description of the best matches', () => {
  expect(searchTools(tools, 'median of numbers', 1)).toEqual([
    {
      name: 'calculator_statistics',
      title: 'Statistics',
      description: expect.any(String),
    },
  ])
  expect(searchTools(tools, 'file')).toHaveLength(10)
})

it.each(['', 'zzz', '!?', 'constructor __proto__'])('finds nothing for %j', (query) => {
  expect(searchTools(tools, query)).toEqual([])
})

it('finds only tools of the list that it searches', () => {
  const database = catalogue.view('database')?.findable ?? []
  expect(
    searchTools(database, 'read a file', 50).filter((found) => !found.name.startsWith('database_')),
  ).toEqual([])
  expect(searchTools(tools, 'read a file', 5).map(({ name }) => name)).toContain('roots_read_file')
})

it('returns the definitions of tools, and similar names for unknown ones', () => {
  const names = ['calculator_add', 'calculator_ad', 'calculator_add', 'roots_add_root', 'toString']
  const details = toolDetails(tools, names)
  expect(details.tools).toEqual([catalogue.view('all')?.find('calculator_add')?.definition])
  expect(details.unknown.map(({ name }) => name)).toEqual([
    'calculator_ad',
    'roots_add_root',
    'toString',
  ])
  expect(details.unknown[0]?.near).toContain('calculator_add')
})

it.each(searchToolDefinitions())('defines $name as the standard requires', (definition) => {
  expect(isSpecType.Tool(definition)).toBe(true)
  expect(Object.keys(definition.annotations ?? {}).toSorted()).toEqual([
    'destructiveHint',
    'idempotentHint',
    'openWorldHint',
    'readOnlyHint',
    'title',
  ])
})

it('defines the search tools in the order of their names', () => {
  expect(searchToolDefinitions().map(({ name }) => name)).toEqual(searchToolNames)
})

it('fills in the defaults of arguments, and refuses invalid ones', () => {
  expect(searchToolArguments.search_tools.parse({ query: 'a' })).toEqual({ query: 'a', limit: 10 })
  expect(searchToolArguments.call_tool.parse({ name: 'a' })).toEqual({ name: 'a', arguments: {} })
  expect(searchToolArguments.read_result.parse({ uri: 'result://tools/1' })).toEqual({
    uri: 'result://tools/1',
    offset: 0,
    limit: 65_536,
  })
  expect(searchToolArguments.get_tool_details.safeParse({ names: [] }).success).toBe(false)
  expect(searchToolArguments.search_tools.safeParse({ query: 'a', limit: 51 }).success).toBe(false)
})
