import { database } from '@mcp/contracts/database'
import { internet } from '@mcp/contracts/internet'
import { prompts } from '@mcp/contracts/prompts'
import { resources } from '@mcp/contracts/resources'
import { roots } from '@mcp/contracts/roots'
import { sampling } from '@mcp/contracts/sampling'
import { createDispatcher } from '@mcp/dispatcher'
import type { ServerDescription } from '@mcp/protocol'
import { describeContract } from '@mcp/protocol'
import { toolsServer } from '@mcp/server-tools'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { formOf } from '../forms/schema/form-part.ts'
import { throughForm, valueOf } from '../forms/through-form.fixture.ts'
import { checkArguments } from './check-arguments.ts'
import {
  argumentsSchema,
  exampleArguments,
  operationName,
  requestArguments,
  requestOf,
} from './operation-call.ts'

const servers: ServerDescription[] = [
  ...[resources, sampling, database, internet, roots, prompts].map((contract) =>
    describeContract(contract, contract.name),
  ),
  ...createDispatcher({ servers: [toolsServer()] }).descriptions(),
]
const operations = servers.flatMap(({ name, operations }) =>
  operations.map((operation) => ({ name: operationName(name, operation), operation })),
)

it('draws every operation, and hands only these fields to the JSON editor', () => {
  const jsonOnly = operations.flatMap(({ name, operation }) =>
    formOf(argumentsSchema(operation)).jsonOnly.map(
      ({ path, reason }) => `${name} ${path}: ${reason}`,
    ),
  )
  expect(operations.length).toBeGreaterThanOrEqual(140)
  expect(jsonOnly).toMatchInlineSnapshot(`
    [
      "sampling.createMessage messages.*.content.*.input: It accepts a value of any type.",
      "sampling.createMessage tools.*.inputSchema: Its properties accept values of any type.",
      "sampling.createMessage responseSchema: Its properties accept values of any type.",
      "sampling.countTokens messages.*.content.*.input: It accepts a value of any type.",
      "prompts.render arguments: Its properties accept values of any type.",
      "prompts.validate arguments.*.schema: Its properties accept values of any type.",
      "prompts.create arguments.*.schema: Its properties accept values of any type.",
      "prompts.update arguments.*.schema: Its properties accept values of any type.",
      "tools.validate params: Its properties accept values of any type.",
      "tools.batch calls.*.params: Its properties accept values of any type.",
      "tools.dataTransformer.convert data: It accepts a value of any type.",
      "tools.dataTransformer.query data: It accepts a value of any type.",
      "tools.dataTransformer.validate data: It accepts a value of any type.",
      "tools.dataTransformer.validate schema: Its properties accept values of any type.",
      "tools.dataTransformer.inferSchema data: It accepts a value of any type.",
      "tools.dataTransformer.filter data: Its items accept values of any type.",
      "tools.dataTransformer.filter where.*.value: It accepts a value of any type.",
      "tools.dataTransformer.sort data: Its items accept values of any type.",
      "tools.dataTransformer.group data: Its items accept values of any type.",
      "tools.dataTransformer.aggregate data: Its items accept values of any type.",
      "tools.dataTransformer.map data: Its items accept values of any type.",
      "tools.dataTransformer.flatten data: It accepts a value of any type.",
      "tools.dataTransformer.unflatten data: Its properties accept values of any type.",
      "tools.dataTransformer.merge objects: Its properties accept values of any type.",
      "tools.dataTransformer.pick data: It accepts a value of any type.",
      "tools.dataTransformer.diff from: It accepts a value of any type.",
      "tools.dataTransformer.diff to: It accepts a value of any type.",
      "tools.dataTransformer.sample data: Its items accept values of any type.",
    ]
  `)
})

it.each(operations)('accepts and sends the examples of $name', ({ operation }) => {
  for (const example of operation.examples) {
    const args = exampleArguments(operation, example)
    expect(checkArguments(operation, args)).toEqual([])
    const { type, payload } = requestOf(operation, args)
    expect(type).toBe(operation.type)
    expect(requestArguments(operation, payload)).toEqual(args)
  }
})

const runs = { numRuns: Number(process.env['FORM_RUNS'] ?? 10), seed: 20 }

it.each(operations)('does not change any arguments that the form of $name can show', (each) => {
  const { part } = formOf(argumentsSchema(each.operation))
  for (const example of each.operation.examples) {
    const args = exampleArguments(each.operation, example)
    expect(throughForm(part, args)).toEqual(args)
  }
  fc.assert(
    fc.property(valueOf(part), (args) => {
      expect(throughForm(part, args)).toEqual(args)
    }),
    runs,
  )
})
