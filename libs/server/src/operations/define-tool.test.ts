import { expect, it } from 'vitest'
import * as z from 'zod'

import { defineTool, toolOperation } from './define-tool.ts'

it('builds the schemas of a tool on first use', () => {
  let built = 0
  const dice = defineTool({
    name: 'dice',
    title: 'Dice',
    description: 'Rolls dice.',
    operations: {
      roll: toolOperation({
        title: 'Roll',
        description: 'Rolls a die.',
        params() {
          built++
          return z.object({ sides: z.int() })
        },
        result: () => z.int(),
        examples: [{ params: { sides: 6 } }],
        run: ({ sides }) => sides,
      }),
    },
  })
  expect(built).toBe(0)
  expect(z.safeParse(dice.operations.roll.params, { sides: 6 }).success).toBe(true)
  expect(z.safeParse(dice.operations.roll.params, {}).success).toBe(false)
  expect(built).toBe(1)
})
