import { defineTool } from '@mcp/server'
import { expectTypeOf, it } from 'vitest'
import type * as z from 'zod'

import type { calculator, dataTransformer } from './index.ts'
import { textProcessor, toolsServer } from './index.ts'

type Calculator = (typeof calculator)['operations']

it('types params and results of the tools for clients', () => {
  expectTypeOf<z.input<Calculator['add']['params']>>().toEqualTypeOf<{ a: number; b: number }>()
  expectTypeOf<z.output<Calculator['add']['result']>>().toEqualTypeOf<number>()
  expectTypeOf<z.output<Calculator['convertUnits']['result']>>().toEqualTypeOf<{
    value: number
    unit: string
  }>()
  expectTypeOf<z.output<(typeof dataTransformer)['operations']['map']['result']>>().toEqualTypeOf<
    Record<string, unknown>[]
  >()
})

it('accepts any tool and rejects other values', () => {
  toolsServer({ tools: [textProcessor] })
  // @ts-expect-error a tool has a title and a description
  toolsServer({ tools: [{ name: 'x', operations: {} }] })
  // @ts-expect-error an operation needs a run function
  defineTool({ name: 'x', title: 'X', description: 'X.', operations: { y: { title: 'Y' } } })
})
