import { defineContract, operation } from '@mcp/protocol'
import * as z from 'zod'

/** A third-party contract, which the rest of the system does not know. */
export const weather = defineContract({
  name: 'weather',
  type: 'weather-forecast',
  target: 'city',
  version: '1.2.0',
  operations: {
    forecast: operation({
      title: 'Forecast',
      description: 'Highs for the coming days.',
      params: () => z.object({ city: z.string().min(2), days: z.int().min(1).max(14).default(3) }),
      result: () => z.object({ city: z.string(), highs: z.array(z.number()) }),
      hints: { readOnly: true },
      examples: [
        {
          title: 'How warm will it be in Oslo tomorrow?',
          params: { city: 'Oslo', days: 1 },
          result: { city: 'Oslo', highs: [4] },
        },
      ],
    }),
    report: operation({
      title: 'Report an observation',
      description: 'Records an observation. If it is severe, all clients are notified.',
      params: () =>
        z.object({ city: z.string(), level: z.int().min(0).max(5), note: z.string().optional() }),
      result: () => z.object({ recorded: z.boolean() }),
      examples: [{ params: { city: 'Oslo', level: 1 } }],
    }),
    cities: operation({
      title: 'Places',
      description: 'Lists the cities with forecasts.',
      params: () => z.object({}),
      result: () => z.array(z.string()),
      hints: { readOnly: true },
      examples: [{ params: {} }],
    }),
  },
  notifications: {
    'weather-alert': z.object({ city: z.string(), level: z.int() }),
  },
  aliases: { 'storm-report': 'report' },
})
