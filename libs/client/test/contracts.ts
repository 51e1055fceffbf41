import { defineContract, operation } from '@mcp/protocol'
import type { Tool, ToolOperation } from '@mcp/protocol'
import * as z from 'zod'

/** A third party's contract. */
export const weather = defineContract({
  name: 'weather',
  type: 'weather-forecast',
  target: 'place',
  version: '1.0.0',
  operations: {
    forecast: operation({
      title: 'Forecast',
      description: 'Highs for the coming days.',
      params: () => z.object({ place: z.string(), days: z.int().default(3) }),
      result: () => z.object({ highs: z.array(z.number()) }),
      chunk: () => z.object({ high: z.number() }),
      examples: [{ params: { place: 'Oslo' } }],
    }),
    places: operation({
      title: 'Places',
      description: 'Where there is weather.',
      params: () => z.object({ limit: z.int().optional() }),
      result: () => z.array(z.string()),
      examples: [{ params: {} }],
    }),
  },
})

const add: ToolOperation<
  z.ZodObject<{ a: z.ZodNumber; b: z.ZodNumber }>,
  z.ZodNumber
> = Object.assign(
  operation({
    title: 'Add',
    description: 'Adds.',
    params: z.object({ a: z.number(), b: z.number() }),
    result: z.number(),
    examples: [{ params: { a: 1, b: 2 }, result: 3 }],
  }),
  { run: ({ a, b }: { a: number; b: number }) => a + b },
)

export const calculator = {
  name: 'calculator',
  title: 'Calculator',
  description: 'Calculates.',
  operations: { add },
} satisfies Tool
