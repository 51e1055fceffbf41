import { expect, it } from 'vitest'

import { describeBuiltinServers, modelOperations } from '../fixtures/builtin-descriptions.ts'
import { describeForeignOperation, describeForeignServer } from '../fixtures/foreign-server.ts'
import { searchToolNames } from '../search/search-tool-names.ts'
import type { Catalogue } from './catalogue.ts'
import { createCatalogue, createCatalogueCache } from './catalogue.ts'
import { countTokens } from './count-tokens.ts'
import type { View } from './view.ts'

const servers = await describeBuiltinServers()
const catalogue = createCatalogue(servers)
const forModels = modelOperations(servers)

/** The core operations, as tools. */
const core = [
  'calculator_convert_units',
  'calculator_evaluate',
  'calculator_statistics',
  'data_transformer_aggregate',
  'data_transformer_convert',
  'data_transformer_query',
  'database_describe_table',
  'database_execute',
  'database_list_databases',
  'database_list_tables',
  'database_query',
  'database_transaction',
  'internet_fetch',
  'internet_links',
  'internet_search',
  'resources_create',
  'resources_delete',
  'resources_list',
  'resources_read',
  'resources_search',
  'resources_update',
  'roots_create_directory',
  'roots_delete',
  'roots_edit_file',
  'roots_list_directory',
  'roots_list_roots',
  'roots_move',
  'roots_read_file',
  'roots_search_files',
  'roots_search_text',
  'roots_tree',
  'roots_write_file',
  'text_processor_diff',
  'text_processor_extract',
  'text_processor_hash',
]

function viewOf(from: Catalogue, name: string): View {
  const found = from.view(name)
  if (found === undefined) throw new Error(`No view is named "${name}".`)
  return found
}
const listed = (view: View) => view.definitions.map(({ name }) => name)

/** A server with an operation of about `tokens` tokens. */
const sized = (name: string, tokens: number) =>
  describeForeignServer(name, [
    describeForeignOperation('run', { description: 'x'.repeat(tokens * 4) }),
  ])

it('has a view of everything, of the search tools, and of each server', () => {
  expect(catalogue.viewNames.toSorted()).toEqual(
    ['', 'all', 'search', ...servers.map(({ name }) => name)].toSorted(),
  )
  expect(catalogue.view('nonsense')).toBeUndefined()
  expect(catalogue.view('constructor')).toBeUndefined()
})

it.each([
  ['', core.length + 4, 9_500],
  ['search', 4, 450],
  ['all', forModels.length, 25_000],
])('lists in the view %j %i tools within %i tokens', (name, tools, maxTokens) => {
  const { definitions } = viewOf(catalogue, name)
  expect(definitions).toHaveLength(tools)
  expect(countTokens(definitions)).toBeLessThanOrEqual(maxTokens)
})

it('lists the core operations by default, then the search tools', () => {
  const view = viewOf(catalogue, '')
  expect(view.tools.every(({ operation }) => operation.core === true)).toBe(true)
  expect(listed(view)).toEqual([...view.tools.map(({ name }) => name), ...searchToolNames])
  expect(view.tools.map(({ name }) => name)).toEqual(core)
})

it('reaches every tool from the views with search tools, and only its own from another', () => {
  for (const name of ['', 'search']) {
    expect(viewOf(catalogue, name)).toMatchObject({ isComplete: false, findable: catalogue.tools })
  }
  expect(viewOf(catalogue, '').find('calculator_add')?.name).toBe('calculator_add')
  expect(viewOf(catalogue, '').find('search_tools')).toBeUndefined()
  const database = viewOf(catalogue, 'database')
  expect(database).toMatchObject({
    isComplete: true,
    servers: ['database'],
    findable: database.tools,
  })
  expect(database.find('calculator_add')).toBeUndefined()
  expect(listed(database)).toHaveLength(15)
  expect(database.tools.every(({ server }) => server === 'database')).toBe(true)
})

it('reaches no operation for users or operators from any view', () => {
  const reachable = new Set(
    catalogue.viewNames.flatMap((name) =>
      viewOf(catalogue, name).findable.map((tool) => tool.operation),
    ),
  )
  expect(reachable.size).toBe(forModels.length)
  expect(Array.from(reachable).every(({ audience }) => audience === 'model')).toBe(true)
})

it('lists all tools of a foreign server by default, or its core operations', () => {
  const plain = describeForeignServer('plain', [
    describeForeignOperation('one'),
    describeForeignOperation('two'),
    describeForeignOperation('reset', { audience: 'operator' }),
  ])
  const chosen = describeForeignServer('chosen', [
    describeForeignOperation('one', { core: true }),
    describeForeignOperation('two'),
  ])
  const view = viewOf(createCatalogue([...servers, plain, chosen]), '')
  expect(listed(view)).toHaveLength(core.length + 4 + 3)
  expect(listed(view)).toEqual(expect.arrayContaining(['plain_one', 'plain_two', 'chosen_one']))
})

it('leaves out whole foreign servers over the budget, the last configured first', () => {
  const foreign = [sized('a', 500), sized('b', 500), sized('c', 500)]
  const full = viewOf(createCatalogue([...servers, ...foreign]), '')
  expect(full.omitted).toEqual([])
  const budget = countTokens(full.definitions)

  const exact = createCatalogue([...servers, ...foreign], { budget })
  expect(viewOf(exact, '').omitted).toEqual([])
  const below = createCatalogue([...servers, ...foreign], { budget: budget - 1 })
  expect(viewOf(below, '').omitted).toEqual(['c'])

  const reduced = createCatalogue([...foreign, ...servers], { budget: budget - 600 })
  const view = viewOf(reduced, '')
  expect(view.omitted).toEqual(['b', 'c'])
  expect(countTokens(view.definitions)).toBeLessThanOrEqual(budget - 600)
  expect(listed(view)).toContain('a_run')
  expect(view.find('c_run')?.name).toBe('c_run')
  expect(listed(viewOf(reduced, 'c'))).toEqual(['c_run'])
  expect(viewOf(reduced, 'all').omitted).toEqual([])
})

it('never leaves out the built-in servers', () => {
  const view = viewOf(createCatalogue([...servers, sized('a', 500)], { budget: 1 }), '')
  expect(view.omitted).toEqual(['a'])
  expect(view.definitions).toHaveLength(core.length + 4)
})

it('keeps the views of this package if a server has the name of one', () => {
  const view = viewOf(createCatalogue([...servers, sized('all', 5), sized('search', 5)]), 'all')
  expect(view.tools).toHaveLength(forModels.length + 2)
})

it('creates a view once', () => {
  expect(catalogue.view('all')).toBe(catalogue.view('all'))
  expect(viewOf(catalogue, '').definitions).toBe(viewOf(catalogue, '').definitions)
})

it('creates a catalogue again only if operations changed', () => {
  const catalogueOf = createCatalogueCache()
  const first = catalogueOf(servers)
  const withHealth = servers.map((server) => ({ ...server, health: { state: 'healthy' } }))
  expect(catalogueOf(withHealth)).toBe(first)
  const [changed, ...others] = servers
  if (changed === undefined) throw new Error('There are no servers.')
  const next = catalogueOf([{ ...changed, operations: [...changed.operations] }, ...others])
  expect(next).not.toBe(first)
  expect(catalogueOf([...others])).not.toBe(next)
})
