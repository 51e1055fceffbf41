import { isSpecType } from '@modelcontextprotocol/server'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv'
import fc from 'fast-check'
import { expect, it } from 'vitest'

import { describeBuiltinServers, modelOperations } from '../fixtures/builtin-descriptions.ts'
import { describeForeignOperation, describeForeignServer } from '../fixtures/foreign-server.ts'
import { createTools, splitArguments } from './tool.ts'
import type { Tool } from './tool.ts'

const servers = await describeBuiltinServers()
const tools = createTools(servers)
const forModels = modelOperations(servers)
const validator = new AjvJsonSchemaValidator()

function toolOf(list: readonly Tool[], name: string): Tool {
  const tool = list.find((each) => each.name === name)
  if (tool === undefined) throw new Error(`No tool is named "${name}".`)
  return tool
}

/** Returns the arguments of an example of the contract, as a standard client sends them. */
function argumentsOf({ targetKey }: Tool, example: Tool['operation']['examples'][number]) {
  return targetKey === undefined || example.target === undefined
    ? example.params
    : { [targetKey]: example.target, ...example.params }
}

it('has one tool per operation for models, in the order of their names', () => {
  const names = tools.map(({ name }) => name)
  expect(names).toEqual(names.toSorted())
  expect(new Set(names).size).toBe(forModels.length)
  expect(names).toEqual(
    expect.arrayContaining([
      'calculator_add',
      'text_processor_to_upper_case',
      'tools_batch',
      'resources_list',
      'database_list_tables',
      'sampling_create_message',
    ]),
  )
})

it('has no tool for an operation of another audience, or for readResult', () => {
  const others = servers.flatMap(({ operations }) =>
    operations.filter(({ audience }) => audience !== 'model'),
  )
  expect(others.length).toBeGreaterThan(10)
  expect(tools.filter(({ operation }) => others.includes(operation))).toEqual([])
  expect(tools.filter(({ operation }) => operation.operation === 'readResult')).toEqual([])
})

it.each(tools)('defines $name as the standard requires', ({ name, operation, definition }) => {
  expect(isSpecType.Tool(definition)).toBe(true)
  expect(name).toMatch(/^[a-z][a-z0-9_]{0,63}$/)
  expect(definition).toMatchObject({
    name,
    title: operation.title,
    description: operation.description,
    inputSchema: { type: 'object', properties: {} },
    outputSchema: operation.resultSchema,
    annotations: {
      title: operation.title,
      readOnlyHint: operation.hints.readOnly,
      destructiveHint: operation.hints.destructive,
      idempotentHint: operation.hints.idempotent,
      openWorldHint: operation.hints.openWorld,
    },
  })
  expect(JSON.stringify(definition)).not.toContain('$schema')
})

it.each(tools)('accepts the examples of the contract as arguments of $name', (tool) => {
  const validate = validator.getValidator(tool.definition.inputSchema)
  for (const example of tool.operation.examples) {
    const args = argumentsOf(tool, example)
    expect(validate(args)).toMatchObject({ valid: true })
    const { target, params } = splitArguments(tool, args)
    expect({ target, params }).toEqual({ target: example.target, params: example.params })
  }
})

it.each(tools)('has an output schema that the results of $name match', (tool) => {
  const validate = validator.getValidator(tool.definition.outputSchema ?? {})
  const results = tool.operation.examples.filter((example) => example.result !== undefined)
  for (const { result } of results) expect(validate(result)).toMatchObject({ valid: true })
})

it('requires the target only if a request must name it', () => {
  const readFile = toolOf(tools, 'roots_read_file')
  expect(readFile.targetKey).toBe('root')
  expect(readFile.definition.inputSchema).toMatchObject({ required: ['root', 'path'] })
  const query = toolOf(tools, 'database_query')
  expect(query.targetKey).toBe('database')
  expect(query.definition.inputSchema['required']).not.toContain('database')
  expect(toolOf(tools, 'calculator_add').targetKey).toBeUndefined()
})

it('keeps a param that has the name of the target', () => {
  const forecast = describeForeignOperation('forecast', {
    paramsSchema: { type: 'object', properties: { place: { type: 'integer' } } },
  })
  const [tool] = createTools([describeForeignServer('weather', [forecast])])
  expect(tool?.targetKey).toBe('place_target')
  expect(tool?.definition.inputSchema['properties']).toEqual({
    place_target: { type: 'string' },
    place: { type: 'integer' },
  })
  expect(tool && splitArguments(tool, { place_target: 'Oslo', place: 1 })).toEqual({
    target: 'Oslo',
    params: { place: 1 },
  })
})

it('keeps shared definitions of the target and the params resolvable', () => {
  const forecast = describeForeignOperation('forecast', {
    targetSchema: { $ref: '#/$defs/place' },
    paramsSchema: {
      type: 'object',
      properties: { next: { $ref: '#/$defs/place' } },
      $defs: { place: { type: 'string', minLength: 2 } },
    },
  })
  const [tool] = createTools([describeForeignServer('weather', [forecast])])
  const validate = validator.getValidator(tool?.definition.inputSchema ?? {})
  expect(validate({ place: 'Oslo', next: 'Bergen' })).toMatchObject({ valid: true })
  expect(validate({ place: 'O' })).toMatchObject({ valid: false })
  expect(validate({ place: 'Oslo', next: 'B' })).toMatchObject({ valid: false })
})

it('has an object as the root of the input if the params are a union', () => {
  const variant = (key: string) => ({
    type: 'object',
    properties: { [key]: { type: 'string' } },
    required: [key],
  })
  const forecast = describeForeignOperation('forecast', {
    paramsSchema: { anyOf: [variant('city'), variant('zip')] },
  })
  const [tool] = createTools([describeForeignServer('weather', [forecast])])
  expect(tool?.definition.inputSchema).toEqual({
    type: 'object',
    properties: { place: { type: 'string' }, city: { type: 'string' }, zip: { type: 'string' } },
    required: ['place'],
  })
})

it('replaces derived fields by those of a definition', () => {
  const definition = {
    name: 'other',
    title: 'Own title',
    inputSchema: { properties: { a: true }, $schema: 'http://json-schema.org/draft-07/schema#' },
    icons: [{ src: 'https://example.org/icon.png' }],
    _meta: { 'ui/resourceUri': 'ui://forecast' },
  }
  const forecast = describeForeignOperation('getForecast', { target: 'weather', definition })
  const [tool] = createTools([describeForeignServer('weather', [forecast])])
  expect(tool?.definition).toEqual({
    ...definition,
    inputSchema: { ...definition.inputSchema, type: 'object' },
    description: 'Description of getForecast.',
    outputSchema: forecast.resultSchema,
    annotations: expect.objectContaining({ destructiveHint: false }),
  })
})

it.each([
  ['invalid', 'get forecast'],
  ['too long', 'x'.repeat(129)],
  ['the name of a search tool', 'search_tools'],
  ['the name of a built-in tool', 'tools_add'],
  ['not a string', 7],
])('derives the name if the name of a definition is %s', (_reason, name) => {
  const forecast = describeForeignOperation('getForecast', {
    target: 'weather',
    definition: { name },
  })
  const add = describeForeignOperation('add')
  const all = createTools([
    describeForeignServer('weather', [forecast]),
    describeForeignServer('tools', [add]),
  ])
  expect(all.map((tool) => tool.definition.name)).toEqual(['tools_add', 'weather_get_forecast'])
})

it('has no output schema for a result of content blocks, unless the definition has one', () => {
  const outputSchema = { type: 'object' }
  const [declared, plain] = createTools([
    describeForeignServer('weather', [
      describeForeignOperation('plain', { returnsContent: true }),
      describeForeignOperation('declared', { returnsContent: true, definition: { outputSchema } }),
    ]),
  ])
  expect(plain?.definition).not.toHaveProperty('outputSchema')
  expect(declared?.definition.outputSchema).toEqual(outputSchema)
})

it('gives each operation a unique valid name, and the built-in servers theirs', () => {
  const long = 'x'.repeat(200)
  const server = describeForeignServer('calculator', [
    describeForeignOperation('add'),
    describeForeignOperation('getSum'),
    describeForeignOperation('get-sum'),
    describeForeignOperation('get.sum'),
    describeForeignOperation(`${long}a`),
    describeForeignOperation(`${long}b`),
  ])
  const search = describeForeignServer('search', [
    describeForeignOperation('tools'),
    describeForeignOperation('readResult', { definition: {} }),
  ])
  const all = createTools([server, search, ...servers])
  const names = all.map(({ name }) => name)
  expect(new Set(names).size).toBe(forModels.length + 8)
  expect(names.filter((name) => !/^[a-z0-9_]{1,64}$/.test(name))).toEqual([])
  expect(names).not.toContain('search_tools')
  expect(toolOf(all, 'calculator_add').server).toBe('tools')
  expect(names).toEqual(expect.arrayContaining(['calculator_get_sum', 'search_read_result']))
  expect(createTools([server, search, ...servers]).map(({ name }) => name)).toEqual(names)
})

it('gives operations with any names unique valid names, the same ones each time', () => {
  const name = fc.oneof(
    fc.string({ minLength: 1, maxLength: 90 }),
    fc.constantFrom('a', 'A', 'a_', 'search'),
  )
  const operations = fc.array(
    fc.record({ operation: name, target: fc.option(name, { nil: undefined }) }),
    { maxLength: 6 },
  )
  const server = fc.record({ name, operations })
  fc.assert(
    fc.property(fc.array(server, { maxLength: 4 }), (list) => {
      const described = list.map((each) =>
        describeForeignServer(
          each.name,
          each.operations.map(({ operation, target }) =>
            describeForeignOperation(operation, target === undefined ? {} : { target }),
          ),
        ),
      )
      const names = createTools(described).map((tool) => tool.name)
      expect(names.filter((each) => !/^[a-z0-9_]{1,64}$/.test(each))).toEqual([])
      expect(names).toHaveLength(list.flatMap((each) => each.operations).length)
      expect(new Set(names).size).toBe(names.length)
      expect(createTools(described).map((tool) => tool.name)).toEqual(names)
    }),
    { seed: 11, numRuns: 200 },
  )
})

it('reads no schema before it is needed', () => {
  const refuse = () => {
    throw new Error('The schema was read.')
  }
  const lazy = Object.defineProperties(describeForeignOperation('lazy'), {
    paramsSchema: { get: refuse },
    resultSchema: { get: refuse },
  })
  const [tool] = createTools([describeForeignServer('weather', [lazy])])
  expect(tool?.name).toBe('weather_lazy')
  expect(() => tool?.definition).toThrow('The schema was read.')
})
