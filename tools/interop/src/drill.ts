import { defineContract, operation } from '@mcp/protocol'
import * as z from 'zod'

/** What a server of a third party does to a client that is to be tried: tell it much, and cut it off. */
export const drill = defineContract({
  name: 'drill',
  type: 'interop-drill',
  target: 'drill',
  fixedTarget: 'drill',
  version: '1.0.0',
  operations: {
    count: operation({
      title: 'Count',
      description: 'Counts aloud, and tells the session when it is done.',
      params: () => z.object({ to: z.int().min(1) }),
      result: () => z.object({ counted: z.int() }),
      chunk: () => z.object({ word: z.string() }),
      examples: [{ params: { to: 2 }, result: { counted: 2 } }],
    }),
    cut: operation({
      title: 'Cut',
      description:
        'Breaks every connection, that of its caller too, and says how often it has run.',
      params: () => z.object({}),
      result: () => z.object({ runs: z.int() }),
      examples: [{ params: {}, result: { runs: 1 } }],
    }),
    wait: operation({
      title: 'Wait',
      description: 'Waits until it is cancelled.',
      params: () => z.object({}),
      result: () => z.object({}),
      examples: [{ params: {} }],
    }),
  },
  notifications: {
    'drill-counted': z.object({ to: z.int() }),
    'drill-waiting': z.object({}),
    'drill-cancelled': z.object({}),
  },
})
