import { describe, expect, it } from 'vitest'

import { findOperation, operationName } from './find-operation.ts'

const operations = [
  { server: 'tools', target: 'calculator', operation: 'add' },
  { server: 'tools', target: 'text', operation: 'diff' },
  { server: 'tools', target: 'json', operation: 'diff' },
  { server: 'tools', operation: 'list' },
  { server: 'roots', operation: 'readFile', targetSchema: { type: 'string' } },
  { server: 'notes', target: 'notes', operation: 'add' },
]

describe('findOperation', () => {
  it.each([
    ['tools.calculator.add', 'tools.calculator.add', 'calculator'],
    ['calculator.add', 'tools.calculator.add', 'calculator'],
    ['tools.add', 'tools.calculator.add', 'calculator'],
    ['tools.list', 'tools.list', undefined],
    ['roots.readFile', 'roots.readFile', undefined],
    ['roots.workspace.readFile', 'roots.readFile', 'workspace'],
    ['roots.my.folder.readFile', 'roots.readFile', 'my.folder'],
    ['notes.add', 'notes.add', 'notes'],
  ])('finds %s', (name, full, target) => {
    const operation = findOperation(name, operations)
    if ('problem' in operation) throw new Error(operation.problem)
    expect([operationName(operation.found), operation.target]).toEqual([full, target])
  })

  it.each([
    [
      'tools.diff',
      '"tools.diff" is the name of several operations: tools.text.diff, tools.json.diff.',
    ],
    [
      'tools.calculator.ad',
      'Unknown operation "tools.calculator.ad". Did you mean "tools.calculator.add"?',
    ],
    ['calculator.ad', 'Unknown operation "calculator.ad". Did you mean "calculator.add"?'],
    ['rots.readFile', 'Unknown operation "rots.readFile". Did you mean "roots.readFile"?'],
    ['notes.adds', 'Unknown operation "notes.adds". Did you mean "notes.add"?'],
    ['tools.list.all', 'Unknown operation "tools.list.all". Did you mean "tools.list"?'],
    ['home.folder.write', 'Unknown operation "home.folder.write".'],
    ['tools', 'Unknown operation "tools".'],
    ['', 'Unknown operation "".'],
  ])('reports the problem of %j', (name, problem) => {
    expect(findOperation(name, operations)).toEqual({ problem })
  })
})
