import type { OperationDescription, ServerListing } from '@mcp/protocol'
import { expect, it } from 'vitest'

import type { MenuEntry } from './menu-entries.ts'
import {
  fileEntries,
  findEntries,
  operationEntries,
  promptEntries,
  resourceEntries,
} from './menu-entries.ts'

const labels = (entries: readonly MenuEntry[]) => entries.map(({ label }) => label)

const files = fileEntries('workspace', [
  { path: 'notes/todo.md' },
  { path: 'ideas.md' },
  { path: 'photos/nothing.png' },
])

it('finds entries by name before those by description', () => {
  const resources = resourceEntries([{ uri: 'file:///a.md', name: 'todo' }])
  expect(labels(findEntries([...resources, ...files], 'todo'))).toEqual([
    'workspace/notes/todo.md',
    'file:///a.md',
  ])
  expect(labels(findEntries(files, 'no'))).toEqual([
    'workspace/notes/todo.md',
    'workspace/photos/nothing.png',
  ])
  expect(findEntries(files, 'absent')).toEqual([])
  expect(findEntries(files, '')).toHaveLength(3)
})

it('names operations as direct forms do', () => {
  const operation = (name: string, target?: string): OperationDescription => ({
    type: 'x-test',
    targetKey: 'tool',
    ...(target !== undefined && { target }),
    operation: name,
    title: name,
    description: '',
    paramsSchema: {},
    targetRequired: false,
    resultSchema: {},
    hints: {
      readOnly: true,
      destructive: false,
      idempotent: true,
      openWorld: false,
      interactive: false,
    },
    audience: 'model',
    errors: [],
    examples: [],
  })
  const server = (name: string, operations: readonly OperationDescription[]): ServerListing => ({
    name,
    source: name,
    version: '1',
    routes: [],
    operations,
    notifications: {},
    health: { state: 'healthy' },
  })
  const servers = [
    server('roots', [operation('readFile')]),
    server('tools', [operation('add', 'calculator')]),
  ]
  expect(labels(operationEntries(servers))).toEqual(['roots.readFile', 'tools.calculator.add'])
})

it('reads the arguments of prompts', () => {
  const args = [{ name: 'text', description: 'A text.', required: true }, { name: 'tone' }]
  expect(promptEntries([{ name: 'translate', title: 'Translate', arguments: args }])).toMatchObject(
    [
      {
        kind: 'prompt',
        label: 'translate',
        arguments: [
          { name: 'text', required: true },
          { name: 'tone', required: false },
        ],
      },
    ],
  )
})
