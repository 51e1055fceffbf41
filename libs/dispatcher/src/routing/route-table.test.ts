import type { Route } from '@mcp/protocol'
import { createRequest } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { createRouteTable } from './route-table.ts'

const owner = (name: string, ...routes: Omit<Route, 'type' | 'targetKey'>[]) => ({
  name,
  routes: routes.map((route) =>
    Object.assign({ type: 'tool-execution', targetKey: 'tool' }, route),
  ),
  provisional: [],
})
const call = (tool?: unknown) => createRequest('tool-execution', { tool })

it('prefers an exact target to a prefix, a longer prefix to a shorter one, and any prefix to the type alone', () => {
  const table = createRouteTable([
    owner('default', {}),
    owner('short', { prefix: 'git' }),
    owner('long', { prefix: 'github.' }),
    owner('exact', { targets: ['github.issues'] }),
  ])
  const nameFor = (tool?: unknown) => table.find(call(tool))?.name
  expect(nameFor('github.issues')).toBe('exact')
  expect(nameFor('github.pulls')).toBe('long')
  expect(nameFor('gitlab')).toBe('short')
  expect(nameFor('calculator')).toBe('default')
  expect(nameFor()).toBe('default')
  expect(nameFor(['github.issues'])).toBe('default')
  expect(nameFor('constructor')).toBe('default')
})

it.each([
  ['the same type', {}],
  ['the same prefix', { prefix: 'git' }],
  ['the same target', { targets: ['a', 'b'] }],
])('refuses two claims to %s, and names both', (_what, route) => {
  expect(() => createRouteTable([owner('one', route), owner('two', route)])).toThrow(
    /Both "one" and "two" claim tool-execution/,
  )
})

it('lets one server claim the same route twice', () => {
  expect(createRouteTable([owner('one', {}, {})]).find(call())?.name).toBe('one')
})

it('suggests similar targets, and requires a target', () => {
  const table = createRouteTable([owner('one', { targets: ['calculator'] })])
  expect(table.find(call('calculater'))).toBeUndefined()
  expect(table.explain(call('calculater'))).toMatchObject({
    code: 'not-found',
    details: { near: ['calculator'] },
  })
  expect(table.explain(call())).toMatchObject({
    code: 'invalid-params',
    details: { issues: [{ path: ['payload', 'tool'] }] },
  })
})

it('prefers a described route to a provisional route', () => {
  const routes = [{ type: 'tool-execution', targetKey: 'tool' }]
  const late = { name: 'tools', routes: [], provisional: routes }
  expect(createRouteTable([late]).find(call())?.name).toBe('tools')
  expect(createRouteTable([late, owner('other', {})]).find(call())?.name).toBe('other')
})
