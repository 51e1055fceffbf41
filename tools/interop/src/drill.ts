import { defineContract, operation } from '@mcp/protocol'
import * as z from 'zod'

/**
 * The contract of a server that tests a client. It sends progress, chunks and notifications, and breaks
 * connections.
 */
export const drill = defineContract({
  name: 'drill',
  type: 'interop-drill',
  target: 'drill',
  fixedTarget: 'drill',
  version: '1.0.0',
  operations: {
    count: operation({
      title: 'Count',
      description: 'Counts with progress and chunks, and notifies the session at the end.',
      params: () => z.object({ to: z.int().min(1) }),
      result: () => z.object({ counted: z.int() }),
      chunk: () => z.object({ word: z.string() }),
      examples: [{ params: { to: 2 }, result: { counted: 2 } }],
    }),
    cut: operation({
      title: 'Cut',
      description:
        'Breaks all connections, including that of its caller, and returns how often it has run.',
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
