import { didYouMean, McpError, nearNames } from '@mcp/protocol'

import type { UpstreamState } from '../state/upstream-state.ts'
import { paramHeaders } from './param-headers.ts'
import type { Incoming, Json, Relay } from './relay.ts'
import { paramsOf } from './relay.ts'

/** Creates the function that calls a tool by its name at the upstream server. */
export function createToolCalls(state: UpstreamState, relay: Relay) {
  const { entry } = state

  return async (incoming: Incoming, name: string): Promise<Json> => {
    await state.ready(entry.hub.startTimeoutMs)
    const tool = state.published().tool(name)
    // Without a catalogue, the tool may exist. The call is then sent, so that a failed start is reported as
    // such.
    if (tool === undefined && state.catalogue() !== undefined) throw unknownTool(state, name)
    const args = paramsOf(incoming)
    const headers = paramHeaders(tool?.['inputSchema'], args)
    const result = await relay(incoming, 'tools/call', { name, arguments: args }, headers)
    return { ...result, content: Array.isArray(result['content']) ? result['content'] : [] }
  }
}

function unknownTool(state: UpstreamState, name: string): McpError {
  const { entry } = state
  if (state.isWithdrawn(name)) {
    return new McpError(
      'forbidden',
      `The definition of the tool "${name}" of the server "${entry.name}" has changed. An operator approves it with "mcp servers approve ${entry.name}".`,
      { details: { reason: 'definition-changed', server: entry.name } },
    )
  }
  const names = state.published().tools.map(({ item }) => item.name)
  const near = nearNames(name, names)
  return new McpError(
    'not-found',
    `The server "${entry.name}" has no tool "${name.slice(0, 100)}"${didYouMean(near)}`,
    { details: { near } },
  )
}
