import { expect, it } from 'vitest'

import { describeBuiltinServers } from '../fixtures/builtin-descriptions.ts'
import { describeForeignOperation, describeForeignServer } from '../fixtures/foreign-server.ts'
import { createCatalogue } from './catalogue.ts'
import { formatViews } from './format-views.ts'

const servers = await describeBuiltinServers()

it('aligns the views, their paths, and the number of their tools and tokens', () => {
  const lines = formatViews(createCatalogue(servers)).split('\n')
  expect(new Set(lines.map(({ length }) => length)).size).toBe(1)
  expect(lines[0]).toMatch(/^view {2,}path {2,}tools {2,}tokens$/)
  expect(lines[1]).toMatch(/^\(default\) +\/mcp +\d+ +\d,\d{3}$/)
  expect(lines[2]).toMatch(/^all +\/mcp\/all +\d+ +\d+,\d{3}$/)
  expect(lines).toHaveLength(1 + 3 + servers.length)
})

it('reports what the default view leaves out, and what matches nothing', () => {
  const foreign = ['my notes', 'mail'].map((name) =>
    describeForeignServer(name, [describeForeignOperation('run')]),
  )
  const views = [{ name: 'dev', servers: ['rots'] }]
  const text = formatViews(createCatalogue([...servers, ...foreign], { budget: 1_000, views }))
  expect(text).toContain('/mcp/my%20notes')
  expect(text.split('\n').slice(-2)).toEqual([
    '/mcp does not list my notes, mail: more than 1,000 tokens.',
    '/mcp/dev: no server or tool matches "rots".',
  ])
})
