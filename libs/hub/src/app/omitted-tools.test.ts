import { defineContract, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { createHub } from '../create-hub.ts'
import { omittedTools } from './omitted-tools.ts'

const contract = defineContract({
  name: 'weather',
  type: 'weather-request',
  target: 'place',
  version: '1.0.0',
  operations: {
    forecast: operation({
      title: 'Forecast',
      description: 'Forecasts the weather.',
      params: () => z.object({ place: z.string() }),
      result: () => z.unknown(),
      hints: { readOnly: true },
      examples: [{ params: { place: 'Oslo' } }],
    }),
  },
})

it('names the servers whose tools exceed the budget', async () => {
  const hub = createHub({ mcp: false, servers: [defineServer(contract, { forecast: () => 4 })] })
  try {
    const servers = hub.dispatcher.descriptions()
    expect(omittedTools(servers, { budget: 1 })).toEqual([
      expect.stringMatching(/^Not in \/mcp .*the tools of weather, .*MCP_TOOL_BUDGET/),
    ])
    expect(omittedTools(servers, {})).toEqual([])
  } finally {
    await hub.close()
  }
})
