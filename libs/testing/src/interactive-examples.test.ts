import { defineContract, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'

import { itRunsItsExamples } from './examples.contract.ts'

const orders = defineContract({
  name: 'orders',
  type: 'order-request',
  target: 'dish',
  version: '1.0.0',
  operations: {
    order: operation({
      title: 'Order',
      description: 'Orders a dish with the number of portions that the user states.',
      params: () => z.object({ dish: z.string().describe('The dish.') }),
      result: () => z.object({ dish: z.string(), portions: z.int() }),
      hints: { interactive: true },
      examples: [
        {
          title: 'Order soup',
          params: { dish: 'soup' },
          result: { dish: 'soup', portions: 4 },
        },
      ],
    }),
    count: operation({
      title: 'Count',
      description: 'Counts the dishes.',
      params: () => z.object({}),
      result: () => z.object({ dishes: z.int() }),
      hints: { readOnly: true },
      examples: [{ title: 'How many dishes are there?', params: {}, result: { dishes: 1 } }],
    }),
  },
})

const portions = z.object({ portions: z.int() })

function ordersServer() {
  return defineServer(
    orders,
    {
      async order({ dish }, { elicit }) {
        const { action, content } = await elicit({ message: 'How many?', schema: portions })
        if (action !== 'accept' || content === undefined) throw new Error('declined')
        return { dish, ...content }
      },
      count: () => ({ dishes: 1 }),
    },
    { checkResults: true },
  )
}

describe('examples of an operation that waits for the user', () => {
  const messages: string[] = []
  itRunsItsExamples(orders, () => ({
    server: ordersServer(),
    respond({ kind, message, schema }) {
      messages.push(`${kind}: ${message} ${Object.keys(Object(schema?.['properties'])).join()}`)
      return { action: 'accept', content: { portions: 4 } }
    },
  }))

  it('runs in each of the three ways', () => {
    expect(messages).toEqual(Array(3).fill('elicitation: How many? portions'))
  })
})
