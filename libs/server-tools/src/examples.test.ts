import type { Operation } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'
import { tools } from '@mcp/protocol/contracts/tools'
import { afterAll, expect, it } from 'vitest'

import { builtinTools } from './builtin-tools.ts'
import { call } from './fixtures/call.ts'
import { toolsServer } from './tools-server.ts'

const server = toolsServer({ checkResults: true, sandbox: { timeoutMs: 15_000 } })

afterAll(() => server.close())

const examples = [
  ...builtinTools.flatMap(({ name, operations }) => examplesOf(name, operations)),
  ...examplesOf('tools', tools.operations),
]

function examplesOf(tool: string, operations: Readonly<Record<string, Operation>>) {
  return Object.entries(operations).flatMap(([operation, declared]) =>
    declared.examples.map(({ title, params, result }) => ({
      label: `${tool} ${operation}`,
      title,
      tool,
      operation,
      params: isRecord(params) ? params : {},
      expected: result === undefined ? expect.anything() : { result },
    })),
  )
}

it.each(examples)('$label: $title', async ({ tool, operation, params, expected }) => {
  const response = await call(server, tool, operation, params)
  expect(response).toHaveProperty('status', 'success')
  expect(response).toHaveProperty('data', expected)
})

it('has words for each example, which the offline planner matches prompts against', () => {
  expect(examples.filter(({ title }) => title === undefined)).toEqual([])
})

it('says of every parameter what it is', async () => {
  const { operations } = await server.describe()
  const unexplained = operations.flatMap(({ target, operation, paramsSchema }) =>
    Object.entries(isRecord(paramsSchema['properties']) ? paramsSchema['properties'] : {})
      .filter(([, schema]) => target !== 'tools' && !(isRecord(schema) && 'description' in schema))
      .map(([name]) => `${target}.${operation}.${name}`),
  )
  expect(unexplained).toEqual([])
})
