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
  const ask = (payload: Record<string, unknown>) =>
    server.process(createRequest('tool-execution', payload), context)
  return { server, ask }
}

it('picks the operation by target and name', async () => {
  const { ask } = start()
  expect(await ask({ tool: 'dice', operation: 'roll', params: { sides: 20 } })).toMatchObject({
    data: { result: 20 },
  })
  expect(await ask({ tool: 'coin', operation: 'flip' })).toMatchObject({
    data: { result: 'heads' },
  })
})

it('points to the params of an operation for one target without mixing the target in', async () => {
  const { ask } = start()
  expect(await ask({ tool: 'dice', operation: 'roll', params: { sides: 1 } })).toMatchObject({
    error: {
      message: expect.stringContaining('dice.roll: payload.params.sides'),
      details: { issues: [{ path: ['payload', 'params', 'sides'] }] },
    },
  })
})

it('names the target and the operation that were probably meant', async () => {
  const { ask } = start()
  expect(await ask({ tool: 'dise', operation: 'roll' })).toMatchObject({
    error: {
      code: 'not-found',
      message: 'games has no tool "dise". Did you mean "dice"?',
      details: { near: ['dice'], path: ['payload', 'tool'] },
    },
  })
  expect(await ask({ tool: 'dice', operation: 'rol' })).toMatchObject({
    error: { code: 'not-found', message: 'dice has no operation "rol". Did you mean "roll"?' },
  })
})

it('lists the targets where the request names none of several', async () => {
  const { ask } = start()
  expect(await ask({ operation: 'roll' })).toMatchObject({
    error: {
      code: 'invalid-params',
      message: expect.stringContaining('"dice", "coin"'),
      details: { issues: [{ path: ['payload', 'tool'] }] },
    },
  })
})

it('needs no target where there is only one', async () => {
  const { ask } = start([diceGroup])
  expect(await ask({ operation: 'roll' })).toMatchObject({ data: { result: 6 } })
})

it('prefers the group for a target to the group for any', async () => {
  const anyTool: OperationGroup = {
    ...tool,
    operations: { flip: anyOperation },
    handlers: { flip: () => 'some other' },
  }
  const { server, ask } = start([anyTool, coinGroup])
  expect(await ask({ tool: 'coin', operation: 'flip' })).toMatchObject({
    data: { result: 'heads' },
  })
  expect(await ask({ tool: 'lid', operation: 'flip' })).toMatchObject({
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

it('claims the targets it has, unless told to claim more', async () => {
  const { server } = start()
  expect((await server.describe()).routes).toEqual([{ ...tool, targets: ['dice', 'coin'] }])
})

it('reads a large result with any of its targets, and lists that once for each type', async () => {
  const { server, ask } = start()
  const call = { operation: 'readResult', params: { resultRef: 'example' } }
  expect(await ask({ tool: 'coin', ...call })).toMatchObject({ status: 'success' })
  expect(await ask({ tool: 'dice', ...call })).toMatchObject({ status: 'success' })
  const { operations } = await server.describe()
  expect(operations.map(({ target, operation: name }) => `${target}.${name}`)).toEqual([
    'dice.roll',
    'coin.flip',
    'dice.readResult',
  ])
})

it('swaps its operations while it runs, and says so', async () => {
  const { server, ask } = start([diceGroup])
  const told: string[] = []
  server.subscribe(({ type }) => told.push(type))
  server.update([coinGroup])
  expect(told).toEqual(['catalogue-changed'])
  expect(await ask({ tool: 'coin', operation: 'flip' })).toMatchObject({ status: 'success' })
  expect(await ask({ tool: 'dice', operation: 'roll' })).toMatchObject({ status: 'error' })
  expect((await server.describe()).routes).toEqual([{ ...tool, targets: ['coin'] }])
})

it('keeps its operations where those to be put in their place contradict each other', async () => {
  const { server, ask } = start([diceGroup])
  expect(() => server.update([coinGroup, coinGroup])).toThrow('"flip" is declared twice')
  expect(await ask({ tool: 'dice', operation: 'roll' })).toMatchObject({ status: 'success' })
})

it.each([
  ['a type with two target keys', [diceGroup, { ...coinGroup, targetKey: 'thing' }], 'target keys'],
  ['an alias for no operation', [{ ...diceGroup, aliases: { 'dice-roll': 'throw' } }], 'alias'],
  ['an alias that is a type', [{ ...diceGroup, aliases: { 'tool-execution': 'roll' } }], 'alias'],
  ['a missing handler', [{ ...diceGroup, handlers: {} }], '"roll" has no handler'],
])('refuses %s', (_name, groups, message) => {
  expect(() => start(groups)).toThrow(message)
})
