import type { ClientCapabilities } from '@modelcontextprotocol/client'
import {
  acceptedContent,
  createRequestStateCodec,
  inputRequired,
  McpServer,
} from '@modelcontextprotocol/server'
import * as z from 'zod'
import { isRecord } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { entryOf, inProcess, startUpstreamHub } from './upstream-hub.ts'

const secret = 'a secret that both processes have'

/** Counts the times that the server has run a call to its end. */
interface Counts {
  done: number
}

/** Creates a server that asks twice, and whose state is in the requests. */
function createOrderServer(counts: Counts): McpServer {
  const state = createRequestStateCodec<{ item: string }>({ key: new Uint8Array(32).fill(7) })
  const server = new McpServer(
    { name: 'orders', version: '1.0.0' },
    { requestState: { verify: (text, context) => state.verify(text, context) } },
  )
  const form = (message: string, name: string) =>
    inputRequired.elicit({
      message,
      requestedSchema: {
        type: 'object',
        properties: { [name]: { type: 'string' } },
        required: [name],
      },
    })
  server.registerTool(
    'order',
    { description: 'Orders.', inputSchema: z.object({}) },
    async (_args, { mcpReq }) => {
      const known = mcpReq.requestState<{ item: string }>()
      const item = acceptedContent<{ item: string }>(mcpReq.inputResponses, 'item')
      const size = acceptedContent<{ size: string }>(mcpReq.inputResponses, 'size')
      if (known !== undefined && size !== undefined) {
        counts.done += 1
        return { content: [{ type: 'text', text: `${known.item}, ${size.size}` }] }
      }
      if (item !== undefined) {
        return inputRequired({
          inputRequests: { size: form('Size?', 'size') },
          requestState: await state.mint({ item: item.item }),
        })
      }
      return inputRequired({ inputRequests: { item: form('Item?', 'item') } })
    },
  )
  return server
}

const capabilities: ClientCapabilities = { elicitation: { form: {} } }

function start(counts: Counts) {
  const createTransport = inProcess(() => createOrderServer(counts), 'modern')
  return startUpstreamHub([{ entry: entryOf('shop'), createTransport }], { secret })
}

interface Round {
  readonly requestState?: unknown
  readonly inputResponses?: object
}

/** Runs one round of the call with a hub of its own, which is closed afterwards. */
async function run(counts: Counts, round: Round): Promise<Readonly<Record<string, unknown>>> {
  await using hub = await start(counts)
  const params = { name: 'shop_order', arguments: {}, ...round }
  return await hub.post('tools/call', params, capabilities)
}

const respond = (key: string, value: string) => ({
  [key]: { action: 'accept', content: { [key]: value } },
})

it('continues a call of a modern client to a modern server after restarts between the rounds', async () => {
  const counts = { done: 0 }
  const first = await run(counts, {})
  expect(first).toMatchObject({
    resultType: 'input_required',
    inputRequests: { item: { method: 'elicitation/create', params: { message: 'Item?' } } },
  })

  const second = await run(counts, {
    requestState: first['requestState'],
    inputResponses: respond('item', 'tea'),
  })
  expect(second).toMatchObject({ inputRequests: { size: { params: { message: 'Size?' } } } })
  // The state of the server names the item. The client cannot read it.
  expect(atob(String(second['requestState']).replaceAll(/[-_]/g, 'A'))).not.toContain('tea')

  const third = await run(counts, {
    requestState: second['requestState'],
    inputResponses: respond('size', 'large'),
  })
  expect(third).toMatchObject({ content: [{ type: 'text', text: 'tea, large' }] })
  expect(counts.done).toBe(1)
})

it('refuses a state that was changed, or that belongs to another call', async () => {
  const counts = { done: 0 }
  const { requestState } = await run(counts, {})
  await using hub = await start(counts)
  const attempt = (params: Readonly<Record<string, unknown>>) =>
    hub.post('tools/call', params, capabilities)
  const changed = `${String(requestState).slice(0, -2)}AA`
  const round = { name: 'shop_order', arguments: {}, inputResponses: respond('item', 'tea') }
  for (const refused of [
    { ...round, requestState: changed },
    { ...round, requestState, arguments: { other: 1 } },
  ]) {
    const error = await attempt(refused).catch((thrown: unknown) => thrown)
    expect(isRecord(error) ? error['code'] : error).toBe(-32602)
  }
  expect(await attempt({ ...round, requestState })).toMatchObject({ resultType: 'input_required' })
})

it('ends a call that never stops asking', async () => {
  const createTransport = inProcess(() => {
    const server = new McpServer({ name: 'curious', version: '1.0.0' })
    server.registerTool('ask', { description: 'Asks.', inputSchema: z.object({}) }, () =>
      inputRequired({ inputRequests: { roots: inputRequired.listRoots() } }),
    )
    return server
  }, 'modern')
  await using hub = await startUpstreamHub([{ entry: entryOf('curious'), createTransport }])
  let round: Round = {}
  let rounds = 0
  for (; rounds < 30; rounds++) {
    const params = { name: 'curious_ask', arguments: {}, ...round }
    const result = await hub.post('tools/call', params, { roots: {} })
    if (result['resultType'] !== 'input_required') break
    round = { requestState: result['requestState'], inputResponses: { roots: { roots: [] } } }
  }
  expect(rounds).toBe(15)
})
