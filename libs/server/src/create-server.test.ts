import type { Operation, RequestContext, Tool } from '@mcp/protocol'
import { createRequest, operation } from '@mcp/protocol'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { createServer } from './create-server.ts'
import { defineTool, toolOperation } from './operations/define-tool.ts'
import type { Handler, OperationGroup } from './operations/operation-group.ts'

const dice = defineTool({
  name: 'dice',
  title: 'Dice',
  description: 'Rolls dice.',
  operations: {
    roll: toolOperation({
      title: 'Roll',
      description: 'Rolls a die.',
      params: () => z.object({ sides: z.int().min(2).default(6) }),
      result: () => z.int(),
      examples: [{ params: {} }],
      run: ({ sides }) => sides,
    }),
  },
})

const coin = defineTool({
  name: 'coin',
  title: 'Coin',
  description: 'Flips a coin.',
  operations: {
    flip: toolOperation({
      title: 'Flip',
      description: 'Flips it.',
      params: () => z.object({}),
      result: () => z.enum(['heads', 'tails']),
      examples: [{ params: {} }],
      run: () => 'heads' as const,
    }),
  },
})

const tool = { type: 'tool-execution', targetKey: 'tool' }

function toolGroup({ name, operations }: Tool): OperationGroup {
  const handlers = Object.entries(operations).map(([key, one]): [string, Handler] => [
    key,
    (params, context) => one.run(params, context),
  ])
  return { ...tool, target: name, operations, handlers: Object.fromEntries(handlers) }
}

const diceGroup = toolGroup(dice)
const coinGroup = toolGroup(coin)

function start(groups: readonly OperationGroup[] = [diceGroup, coinGroup]) {
  const server = createServer({ name: 'games', source: 'games', version: '1.0.0', groups })
  const context: RequestContext = {
    signal: new AbortController().signal,
    deadline: Date.now() + 10_000,
  }
  const request = (payload: Record<string, unknown>) =>
    server.process(createRequest('tool-execution', payload), context)
  return { server, request }
}

it('finds the operation by target and name', async () => {
  const { request } = start()
  expect(await request({ tool: 'dice', operation: 'roll', params: { sides: 20 } })).toMatchObject({
    data: { result: 20 },
  })
  expect(await request({ tool: 'coin', operation: 'flip' })).toMatchObject({
    data: { result: 'heads' },
  })
})

it('does not add a fixed target to the params, and reports the path of an invalid param', async () => {
  const { request } = start()
  expect(await request({ tool: 'dice', operation: 'roll', params: { sides: 1 } })).toMatchObject({
    error: {
      message: expect.stringContaining('dice.roll: payload.params.sides'),
      details: { issues: [{ path: ['payload', 'params', 'sides'] }] },
    },
  })
})

it('suggests similar targets and operations', async () => {
  const { request } = start()
  expect(await request({ tool: 'dise', operation: 'roll' })).toMatchObject({
    error: {
      code: 'not-found',
      message: 'games has no tool "dise". Did you mean "dice"?',
      details: { near: ['dice'], path: ['payload', 'tool'] },
    },
  })
  expect(await request({ tool: 'dice', operation: 'rol' })).toMatchObject({
    error: { code: 'not-found', message: 'dice has no operation "rol". Did you mean "roll"?' },
  })
})

it('lists the targets if the request names none of several', async () => {
  const { request } = start()
  expect(await request({ operation: 'roll' })).toMatchObject({
    error: {
      code: 'invalid-params',
      message: expect.stringContaining('"dice", "coin"'),
      details: { issues: [{ path: ['payload', 'tool'] }] },
    },
  })
})

it('does not require a target if there is only one', async () => {
  const { request } = start([diceGroup])
  expect(await request({ operation: 'roll' })).toMatchObject({ data: { result: 6 } })
})

it('prefers the group for one target over the group for any target', async () => {
  const anyTool: OperationGroup = {
    ...tool,
    operations: { flip: anyOperation },
    handlers: { flip: () => 'some other' },
  }
  const { server, request } = start([anyTool, coinGroup])
  expect(await request({ tool: 'coin', operation: 'flip' })).toMatchObject({
    data: { result: 'heads' },
  })
  expect(await request({ tool: 'lid', operation: 'flip' })).toMatchObject({
    data: { result: 'some other' },
  })
  expect((await server.describe()).routes).toEqual([tool])
})

const anyOperation: Operation = operation({
  title: 'Flip anything',
  description: 'Flips it.',
  params: z.object({}),
  result: z.unknown(),
  examples: [{ params: {} }],
})

it('claims the targets of its groups by default', async () => {
  const { server } = start()
  expect((await server.describe()).routes).toEqual([{ ...tool, targets: ['dice', 'coin'] }])
})

it('accepts readResult with any target, and describes it once per type', async () => {
  const { server, request } = start()
  const call = { operation: 'readResult', params: { resultRef: 'example' } }
  expect(await request({ tool: 'coin', ...call })).toMatchObject({ status: 'success' })
  expect(await request({ tool: 'dice', ...call })).toMatchObject({ status: 'success' })
  const { operations } = await server.describe()
  expect(operations.map(({ target, operation: name }) => `${target}.${name}`)).toEqual([
    'dice.roll',
    'coin.flip',
    'dice.readResult',
  ])
})

it('replaces its operations while it runs, and emits catalogue-changed', async () => {
  const { server, request } = start([diceGroup])
  const types: string[] = []
  server.subscribe(({ type }) => types.push(type))
  server.update([coinGroup])
  expect(types).toEqual(['catalogue-changed'])
  expect(await request({ tool: 'coin', operation: 'flip' })).toMatchObject({ status: 'success' })
  expect(await request({ tool: 'dice', operation: 'roll' })).toMatchObject({ status: 'error' })
  expect((await server.describe()).routes).toEqual([{ ...tool, targets: ['coin'] }])
})

it('does not change its operations if the new groups contradict each other', async () => {
  const { server, request } = start([diceGroup])
  expect(() => server.update([coinGroup, coinGroup])).toThrow('"flip" is declared twice')
  expect(await request({ tool: 'dice', operation: 'roll' })).toMatchObject({ status: 'success' })
})

it.each([
  ['a type with two target keys', [diceGroup, { ...coinGroup, targetKey: 'thing' }], 'target keys'],
  [
    'an alias of an unknown operation',
    [{ ...diceGroup, aliases: { 'dice-roll': 'throw' } }],
    'alias',
  ],
  [
    'an alias that is also a type',
    [{ ...diceGroup, aliases: { 'tool-execution': 'roll' } }],
    'alias',
  ],
  ['a missing handler', [{ ...diceGroup, handlers: {} }], '"roll" has no handler'],
])('rejects %s', (_name, groups, message) => {
  expect(() => start(groups)).toThrow(message)
})
