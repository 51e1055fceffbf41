import { defineContract, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import { afterEach, beforeEach, expect, it } from 'vitest'
import * as z from 'zod'

import type { ClientApp } from '../fixtures/client-app.ts'
import { startClientApp } from '../fixtures/client-app.ts'
import { startOnTerminal } from '../fixtures/terminal.ts'

const shop = defineContract({
  name: 'shop',
  type: 'shop-request',
  target: 'item',
  version: '1.0.0',
  operations: {
    order: operation({
      title: 'Order',
      description: 'Requests the size and the number from the user.',
      params: () => z.object({ item: z.string() }),
      result: () => z.unknown(),
      hints: { interactive: true, readOnly: true },
      examples: [{ params: { item: 'tea' } }],
    }),
  },
})

const schema = {
  type: 'object',
  properties: {
    size: { type: 'string', enum: ['small', 'large'] },
    count: { type: 'integer', minimum: 1, default: 1 },
    note: { type: 'string' },
  },
  required: ['size'],
}

let stack: AsyncDisposableStack
beforeEach(() => {
  stack = new AsyncDisposableStack()
})
afterEach(() => stack.disposeAsync())

async function startShop(): Promise<ClientApp> {
  const server = defineServer(shop, {
    order: async ({ item }, { elicit }) => ({
      item,
      ...(await elicit({ message: `Which ${item}?`, schema })),
    }),
  })
  return stack.use(await startClientApp({ servers: [server] }))
}

const order = ['ask', '/shop.order item=tea']

it('asks the user of a terminal for the response to a server', async () => {
  const app = await startShop()
  const environment = { MCP_URL: app.url, XDG_STATE_HOME: app.state }
  const terminal = stack.use(startOnTerminal(order, environment))
  await terminal.waitFor(/Which tea\?[\s\S]*Respond\?/)
  terminal.type('y\r')
  await terminal.waitFor(/size: "small" \| "large" \(required\)[\s\S]*size: $/)
  terminal.type('huge\r')
  await terminal.waitFor(/"size"[^\n]*small/)
  terminal.type('large\r')
  await terminal.waitFor(/count: integer[\s\S]*count: $/)
  terminal.type('\r')
  await terminal.waitFor(/note: $/)
  terminal.type('\r')
  expect(await terminal.exited).toBe(0)
  expect(terminal.screen()).toMatch(/"size": ?"large"/)
  expect(terminal.screen()).toMatch(/"count": ?1/)
})

it('declines for the user who says no', async () => {
  const app = await startShop()
  const environment = { MCP_URL: app.url, XDG_STATE_HOME: app.state }
  const terminal = stack.use(startOnTerminal(order, environment))
  await terminal.waitFor(/Respond\?/)
  terminal.type('n\r')
  await terminal.exited
  expect(terminal.screen()).toContain('decline')
})

it('declines without a terminal, so that the run ends', async () => {
  const app = await startShop()
  const { output, errors } = await app.run(order)
  expect(output + errors).toContain('decline')
})
