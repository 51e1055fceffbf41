import { McpError } from '@mcp/protocol'

import { types } from '../describe/describe-upstream.ts'
import { rewriteEntry } from '../names/rewrite-uris.ts'
import { uriPrefixes } from '../names/uris.ts'
import type { UpstreamState } from '../state/upstream-state.ts'
import type { Incoming, Json, Relay } from './relay.ts'
import { paramsOf, targetOf } from './relay.ts'

/**
 * Creates the function that runs an operation of resources. Lists come from the catalogue. The function returns
 * undefined for an unknown operation.
 */
export function createResourceCalls(state: UpstreamState, relay: Relay) {
  const { entry, uris } = state
  const { scheme: all } = uriPrefixes(entry.name)
  const rewritten = (items: readonly Json[]) => items.map((item) => rewriteEntry(item, uris))

  function uriOf(target: string | undefined): string {
    const uri = target === undefined ? undefined : uris.toServer(target)
    if (uri !== undefined) return uri
    throw new McpError('not-found', `No resource has the URI "${target ?? ''}".`)
  }

  return async (incoming: Incoming, operation: string): Promise<Json | undefined> => {
    const { context } = incoming
    const target = targetOf(incoming, types.resources.targetKey)
    switch (operation) {
      case 'list':
        await state.ready(entry.hub.startTimeoutMs)
        return { resources: rewritten(state.catalogue()?.resources ?? []) }
      case 'listTemplates':
        await state.ready(entry.hub.startTimeoutMs)
        return { resourceTemplates: rewritten(state.catalogue()?.resourceTemplates ?? []) }
      case 'read':
        return relay(incoming, 'resources/read', { uri: uriOf(target) })
      case 'subscribe':
        await state.subscribe(context, uriOf(target))
        return {}
      case 'unsubscribe':
        await state.unsubscribe(context, target === all ? undefined : uriOf(target))
        return {}
      case 'complete': {
        const ref = { type: 'ref/resource', uri: uriOf(target) }
        return relay(incoming, 'completion/complete', { ...paramsOf(incoming), ref })
      }
      default:
        return undefined
    }
  }
}
