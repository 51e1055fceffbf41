import { parseValue } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { describeBuiltinServers, modelOperations } from '../fixtures/builtin-descriptions.ts'
import { createCatalogue } from './catalogue.ts'
import type { CustomView } from './custom-view.ts'
import { customViewsSchema } from './custom-view.ts'

const servers = await describeBuiltinServers()
const viewOf = (view: CustomView) => createCatalogue(servers, { views: [view] }).view(view.name)
const namesOf = (view: CustomView) => viewOf(view)?.definitions.map(({ name }) => name)

it('lists the allowed tools of the chosen servers, without the denied', () => {
  const view = {
    name: 'files',
    servers: ['roots', 'database'],
    allow: ['roots_read_*', '*_list_*', 'calculator_add'],
    deny: ['*_roots', 'database_list_schem?s'],
  }
  expect(namesOf(view)).toEqual([
    'database_list_databases',
    'database_list_tables',
    'roots_list_directory',
    'roots_read_file',
    'roots_read_many',
  ])
  expect(viewOf(view)).toMatchObject({
    isComplete: true,
    servers: ['database', 'roots'],
    unmatched: ['calculator_add'],
  })
  expect(viewOf(view)?.find('roots_list_roots')).toBeUndefined()
})

it('lists pinned tools first, in their order', () => {
  const view = {
    name: 'sums',
    allow: ['calculator_*'],
    pinned: ['calculator_s*', 'calculator_add'],
  }
  expect(namesOf(view)?.slice(0, 8)).toEqual([
    'calculator_simplify',
    'calculator_solve_linear',
    'calculator_sqrt',
    'calculator_statistics',
    'calculator_subtract',
    'calculator_add',
    'calculator_convert_units',
    'calculator_derivative',
  ])
})

it('has all tools by default', () => {
  expect(namesOf({ name: 'everything' })).toHaveLength(modelOperations(servers).length)
})

it('reports servers and patterns that match nothing', () => {
  const view = { name: 'wrong', servers: ['rots'], allow: ['*'], deny: ['x'], pinned: ['y*'] }
  expect(viewOf(view)?.unmatched).toEqual(['rots', 'x', 'y*', '*'])
})

it('takes precedence over a server of the same name', () => {
  const [first] = servers
  if (first === undefined) throw new Error('There are no servers.')
  const catalogue = createCatalogue([{ ...first, name: 'mine' }], {
    views: [{ name: 'mine', allow: ['mine_read'] }],
  })
  expect(catalogue.view('mine')?.tools).toHaveLength(1)
  expect(catalogue.viewNames).toEqual(['', 'all', 'search', 'mine'])
})

it('accepts views with all fields', () => {
  const views = [{ name: 'dev-2', servers: ['roots'], allow: ['*'], deny: [], pinned: ['a_?'] }]
  expect(parseValue('views', customViewsSchema(), views)).toEqual(views)
})

it.each([
  [[{ name: 'all' }], '0.name: "all" is the name of a built-in view'],
  [[{ name: 'database' }], '0.name: "database" is the name of a built-in view'],
  [[{ name: 'My View' }], '0.name: must be lower-case letters, digits and hyphens'],
  [[{ name: '' }], '0.name: must be lower-case letters, digits and hyphens'],
  [[{ name: 'a' }, { name: 'a' }], '1.name: another view is also named "a"'],
  [[{ name: 'a', allow: ['roots *'] }], '0.allow.0: must be a tool name'],
  [[{ name: 'a', servers: [] }], '0.servers: '],
  [[{ name: 'a', tools: ['x'] }], 'tools'],
  [{ name: 'a' }, 'expected array'],
])('refuses the views %j: %s', (views, message) => {
  expect(() => parseValue('views', customViewsSchema(), views)).toThrow(message)
})
