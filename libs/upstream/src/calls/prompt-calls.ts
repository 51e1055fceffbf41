import { McpError } from '@mcp/protocol'

import { promptTarget, types } from '../describe/describe-upstream.ts'
import { rewriteEntry } from '../names/rewrite-uris.ts'
import type { UpstreamState } from '../state/upstream-state.ts'
import type { Incoming, Json, Relay } from './relay.ts'
import { paramsOf, targetOf } from './relay.ts'

/**
 * Creates the function that runs an operation of prompts. The list comes from the catalogue. The function
 * returns undefined for an unknown operation.
 */
export function createPromptCalls(state: UpstreamState, relay: Relay) {
  const { entry, uris } = state

  function nameOf(incoming: Incoming): string {
    const target = targetOf(incoming, types.prompts.targetKey) ?? ''
    const name = target.slice(promptTarget(entry.name).length)
    const prompt = state.published().prompt(name)
    if (prompt !== undefined) return prompt.name
    throw new McpError('not-found', `No prompt is named "${name}".`)
  }

  return async (incoming: Incoming, operation: string): Promise<Json | undefined> => {
    await state.ready(entry.hub.startTimeoutMs)
    switch (operation) {
      case 'list': {
        const { prompts } = state.published()
        return { prompts: prompts.map(({ item, name }) => rewriteEntry({ ...item, name }, uris)) }
      }
      case 'render': {
        const params = { ...paramsOf(incoming), name: nameOf(incoming) }
        return relay(incoming, 'prompts/get', params)
      }
      case 'complete': {
        const ref = { type: 'ref/prompt', name: nameOf(incoming) }
        return relay(incoming, 'completion/complete', { ...paramsOf(incoming), ref })
      }
      default:
        return undefined
    }
  }
}
