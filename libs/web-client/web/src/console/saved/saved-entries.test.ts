import { roots } from '@mcp/contracts/roots'
import { createDispatcher } from '@mcp/dispatcher'
import { describeContract } from '@mcp/protocol'
import { toolsServer } from '@mcp/server-tools'
import { expect, it } from 'vitest'

import { entriesOf } from '../catalogue.ts'
import { requestOf } from '../operation-call.ts'
import { savedEntries } from './saved-entries.ts'

const entries = entriesOf(
  [
    describeContract(roots, 'roots'),
    ...createDispatcher({ servers: [toolsServer()] }).descriptions(),
  ].map((description) => Object.assign({}, description, { health: { state: 'healthy' } as const })),
)
const entryOf = (name: string) => entries.find((entry) => entry.name === name)

it.each([
  ['roots.readFile', { root: 'workspace', path: 'a.md' }],
  ['roots.listRoots', {}],
  ['tools.calculator.add', { a: 1, b: 2 }],
  ['tools.list', { limit: 3 }],
])('finds the operation and the arguments of a saved call of %s', (name, args) => {
  const entry = entryOf(name)
  if (entry === undefined) throw new Error(`No operation ${name}.`)
  const calls = [{ name: 'mine', ...requestOf(entry.operation, args) }]
  expect(savedEntries({ calls, invalid: [] }, entries)).toEqual([
    { name: 'mine', description: '', call: { entry, args } },
  ])
})

it('lists calls of operations that are gone, and invalid ones, with the problem', () => {
  const calls = [{ name: 'old', type: 'gone', payload: { operation: 'x' }, description: 'D' }]
  const invalid = [{ name: 'broken', problem: 'Invalid JSON.' }]
  expect(savedEntries({ calls, invalid }, entries)).toEqual([
    { name: 'old', description: 'D', problem: 'No server has this operation.' },
    { name: 'broken', description: '', problem: 'Invalid JSON.' },
  ])
  expect(savedEntries(undefined, entries)).toEqual([])
})
