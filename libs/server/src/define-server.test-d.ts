import type { Service } from '@mcp/http'
import type { CapabilityServer } from '@mcp/protocol'
import { expectTypeOf, it } from 'vitest'
import * as z from 'zod'

import { weather } from '../examples/weather.ts'
import { createSessionState } from './calls/session-state.ts'
import { defineServer } from './define-server.ts'
import { defineTool, toolOperation } from './operations/define-tool.ts'

const handlers = {
  forecast: ({ place }: { place: string }) => ({ place, highs: [4] }),
  report: () => ({ recorded: true }),
  places: () => ['Oslo'],
}

it('gives handlers what the schemas make of the params, and makes a server', () => {
  const server = defineServer(weather, {
    ...handlers,
    forecast(params, context) {
      expectTypeOf(params).toEqualTypeOf<{ place: string; days: number }>()
      expectTypeOf(context.sessionId).toEqualTypeOf<string | undefined>()
      context.notify('weather-alert', { place: 'Oslo', level: 1 })
      // @ts-expect-error the level is a number
      context.notify('weather-alert', { place: 'Oslo', level: 'high' })
      // @ts-expect-error the contract knows no such notification
      context.notify('weather-news', {})
      return { place: params.place, highs: [] }
    },
  })
  expectTypeOf(server).toExtend<CapabilityServer & Service>()
})

it('lets handlers answer at once or later', () => {
  defineServer(weather, { ...handlers, places: async () => ['Oslo'] })
})

it('wants a handler for each operation, and none besides', () => {
  // @ts-expect-error `places` is missing
  defineServer(weather, { forecast: handlers.forecast, report: handlers.report })
  // @ts-expect-error the contract has no `forcast`
  defineServer(weather, { ...handlers, forcast: handlers.forecast })
})

it('wants the results that the contract promises', () => {
  // @ts-expect-error places are strings
  defineServer(weather, { ...handlers, places: () => [1] })
  // @ts-expect-error `recorded` is missing
  defineServer(weather, { ...handlers, report: () => ({}) })
})

it('does not let a handler read what the schema never mentioned', () => {
  defineServer(weather, {
    ...handlers,
    // @ts-expect-error `colour` is no param
    forecast: ({ place, colour }) => ({ place, highs: [colour] }),
  })
})

it('knows only the operations of the contract as paging by themselves', () => {
  defineServer(weather, handlers, { selfPaging: ['places'] })
  // @ts-expect-error the contract has no `place`
  defineServer(weather, handlers, { selfPaging: ['place'] })
})

it('infers what a tool takes and gives', () => {
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

it('does not let a tool give anything but its result', () => {
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

it('gives a session the state its creator makes', () => {
  const baskets = createSessionState({ create: () => new Set<string>() })
  expectTypeOf(baskets.find('s1')).toEqualTypeOf<Set<string> | undefined>()
})
