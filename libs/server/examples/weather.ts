import { defineContract, operation } from '@mcp/protocol'
import * as z from 'zod'

/** A third party's contract: nothing in the system knows of it beforehand. */
export const weather = defineContract({
  name: 'weather',
  type: 'weather-forecast',
  target: 'place',
  version: '1.2.0',
  operations: {
    forecast: operation({
      title: 'Forecast',
      description: 'Highs for the coming days.',
      params: () => z.object({ place: z.string().min(2), days: z.int().min(1).max(14).default(3) }),
      result: () => z.object({ place: z.string(), highs: z.array(z.number()) }),
      hints: { readOnly: true },
      examples: [
        {
          title: 'How warm will it be in Oslo tomorrow?',
          params: { place: 'Oslo', days: 1 },
          result: { place: 'Oslo', highs: [4] },
        },
      ],
    }),
    report: operation({
      title: 'Report an observation',
      description: 'Records what somebody saw, and warns everybody where it is severe.',
      params: () =>
        z.object({ place: z.string(), level: z.int().min(0).max(5), note: z.string().optional() }),
      result: () => z.object({ recorded: z.boolean() }),
      examples: [{ params: { place: 'Oslo', level: 1 } }],
    }),
    places: operation({
      title: 'Places',
      description: 'Lists the places there are forecasts for.',
      params: () => z.object({}),
      result: () => z.array(z.string()),
      hints: { readOnly: true },
      examples: [{ params: {} }],
    }),
  },
  notifications: {
    'weather-alert': z.object({ place: z.string(), level: z.int() }),
  },
  aliases: { 'storm-report': 'report' },
})
