import type { Service } from '@mcp/http'
import type { CapabilityServer } from '@mcp/protocol'
import { defineContract, operation } from '@mcp/protocol'
import { expectTypeOf, it } from 'vitest'
import * as z from 'zod'

import { weather } from '../examples/weather.ts'
import { createSessionState } from './calls/session-state.ts'
import { defineServer } from './define-server.ts'
import { defineTool, toolOperation } from './operations/define-tool.ts'

const handlers = {
  forecast: ({ city }: { city: string }) => ({ city, highs: [4] }),
  report: () => ({ recorded: true }),
  cities: () => ['Oslo'],
}

it('infers the params of handlers from the schemas, and returns a server', () => {
  const server = defineServer(weather, {
    ...handlers,
    forecast(params, context) {
      expectTypeOf(params).toEqualTypeOf<{ city: string; days: number }>()
      expectTypeOf(context.sessionId).toEqualTypeOf<string | undefined>()
      context.notify('weather-alert', { city: 'Oslo', level: 1 })
      // @ts-expect-error the level is a number
      context.notify('weather-alert', { city: 'Oslo', level: 'high' })
      // @ts-expect-error the contract does not declare this notification
      context.notify('weather-report', {})
      return { city: params.city, highs: [] }
    },
  })
  expectTypeOf(server).toExtend<CapabilityServer & Service>()
})

it('types chunks by the contract, and the response to a question by its schema', () => {
  const jobs = defineContract({
    name: 'jobs',
    type: 'job-running',
    target: 'job',
    version: '1.0.0',
    operations: {
      run: operation({
        title: 'Run',
        description: 'Runs a job.',
        params: () => z.object({}),
        result: () => z.string(),
        chunk: () => z.object({ step: z.number() }),
        examples: [{ params: {} }],
      }),
    },
  })
  defineServer(jobs, {
    async run(_params, context) {
      context.chunk({ step: 1 })
      // @ts-expect-error the chunk has no `stepp`
      context.chunk({ stepp: 1 })
      const typed = await context.ask({
        kind: 'elicitation',
        message: 'Why?',
        schema: z.object({ why: z.string() }),
      })
      expectTypeOf(typed.content).toEqualTypeOf<{ why: string } | undefined>()
      const untyped = await context.ask({
        kind: 'elicitation',
        message: 'Why?',
        schema: { type: 'object' },
      })
      expectTypeOf(untyped.content).toEqualTypeOf<Readonly<Record<string, unknown>> | undefined>()
      return typed.content?.why ?? ''
    },
  })
})

it('accepts synchronous and asynchronous handlers', () => {
  defineServer(weather, { ...handlers, cities: async () => ['Oslo'] })
})

it('requires exactly one handler for each operation', () => {
  // @ts-expect-error `cities` is missing
  defineServer(weather, { forecast: handlers.forecast, report: handlers.report })
  // @ts-expect-error the contract has no `forcast`
  defineServer(weather, { ...handlers, forcast: handlers.forecast })
})

it('requires results of the type in the contract', () => {
  // @ts-expect-error cities are strings
  defineServer(weather, { ...handlers, cities: () => [1] })
  // @ts-expect-error `recorded` is missing
  defineServer(weather, { ...handlers, report: () => ({}) })
})

it('rejects a param that is not in the schema', () => {
  defineServer(weather, {
    ...handlers,
    // @ts-expect-error the schema has no `colour`
    forecast: ({ city, colour }) => ({ city, highs: [colour] }),
  })
})

it('accepts only operations of the contract in selfPaging', () => {
  defineServer(weather, handlers, { selfPaging: ['cities'] })
  // @ts-expect-error the contract has no `city`
  defineServer(weather, handlers, { selfPaging: ['city'] })
})

it('infers the name, params and results of a tool', () => {
  const dice = defineTool({
    name: 'dice',
    title: 'Dice',
    description: 'Rolls dice.',
    operations: {
      roll: toolOperation({
        title: 'Roll',
        description: 'Rolls a die.',
        params: () => z.object({ sides: z.int().default(6) }),
        result: () => z.int(),
        examples: [{ params: {} }],
        run(params) {
          expectTypeOf(params).toEqualTypeOf<{ sides: number }>()
          return params.sides
        },
      }),
    },
  })
  expectTypeOf(dice.name).toEqualTypeOf<'dice'>()
  expectTypeOf<z.output<typeof dice.operations.roll.result>>().toEqualTypeOf<number>()
})

it('rejects a tool handler with a wrong result type', () => {
  toolOperation({
    title: 'Roll',
    description: 'Rolls a die.',
    params: z.object({}),
    result: z.int(),
    examples: [{ params: {} }],
    // @ts-expect-error the result is a number
    run: () => 'six',
  })
})

it('infers the type of session state from `create`', () => {
  const baskets = createSessionState({ create: () => new Set<string>() })
  expectTypeOf(baskets.find('s1')).toEqualTypeOf<Set<string> | undefined>()
})
