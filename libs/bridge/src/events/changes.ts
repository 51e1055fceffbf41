import { isRecord, systemNotifications } from '@mcp/protocol'

import type { RpcParams } from '../rpc/rpc-message.ts'

/** A change that clients of the standard are notified of. */
export interface Change {
  readonly method:
    | 'notifications/tools/list_changed'
    | 'notifications/prompts/list_changed'
    | 'notifications/resources/list_changed'
    | 'notifications/resources/updated'
  readonly params: RpcParams
}

/** Returns the changes that an event in the log of a session reports. `json` is the envelope of the event. */
export function changesOf(type: string, json: string): readonly Change[] {
  switch (type) {
    // Such a change may concern the tools, the prompts and the resources of the server.
    case systemNotifications.catalogueChanged:
    case systemNotifications.serverRestarted:
      return [
        { method: 'notifications/tools/list_changed', params: {} },
        { method: 'notifications/prompts/list_changed', params: {} },
        { method: 'notifications/resources/list_changed', params: {} },
      ]
    case 'resource-list-changed':
      return [{ method: 'notifications/resources/list_changed', params: {} }]
    case 'tool-list-changed':
      return [{ method: 'notifications/tools/list_changed', params: {} }]
    case 'prompt-list-changed':
    case 'prompt-updated':
      return [{ method: 'notifications/prompts/list_changed', params: {} }]
    case 'resource-updated': {
      const uri = uriOf(json)
      return uri === undefined
        ? []
        : [{ method: 'notifications/resources/updated', params: { uri } }]
    }
    default:
      return []
  }
}

function uriOf(json: string): string | undefined {
  const envelope: unknown = JSON.parse(json)
  const data = isRecord(envelope) ? envelope['data'] : undefined
  const uri = isRecord(data) ? data['uri'] : undefined
  return typeof uri === 'string' ? uri : undefined
}
