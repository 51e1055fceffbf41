import { encodeEvents } from '@mcp/http'
import { isRecord, systemNotifications } from '@mcp/protocol'
import type { EventEncoding } from '@mcp/session-manager'

import type { Change } from '../events/changes.ts'
import { changesOf } from '../events/changes.ts'
import { encodeCall, encodeResult } from '../rpc/rpc-message.ts'
import type { RpcId, RpcParams } from '../rpc/rpc-message.ts'

/** The changes that a client subscribed to with `subscriptions/listen`. */
export interface ListenFilter {
  readonly toolsListChanged: boolean
  readonly promptsListChanged: boolean
  readonly resourcesListChanged: boolean
  readonly resourceSubscriptions: readonly string[]
}

const subscriptionKey = 'io.modelcontextprotocol/subscriptionId'

/** Reads the filter that the acknowledgement of a subscription contains. */
export function readFilter(notifications: unknown): ListenFilter {
  const filter = isRecord(notifications) ? notifications : {}
  const { resourceSubscriptions: uris } = filter
  return {
    toolsListChanged: filter['toolsListChanged'] === true,
    promptsListChanged: filter['promptsListChanged'] === true,
    resourcesListChanged: filter['resourcesListChanged'] === true,
    resourceSubscriptions: Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string') : [],
  }
}

/** Whether a filter accepts no change. */
export function isEmptyFilter(filter: ListenFilter): boolean {
  const { toolsListChanged, promptsListChanged, resourcesListChanged } = filter
  const hasLists = toolsListChanged || promptsListChanged || resourcesListChanged
  return !hasLists && filter.resourceSubscriptions.length === 0
}

export interface ListenEncodingOptions {
  /** The first message, as JSON. */
  readonly acknowledgement: string
  readonly filter: ListenFilter
  readonly id: RpcId
  readonly serverInfo: RpcParams
}

/** Creates the format of a `subscriptions/listen` stream: the log of the session, filtered. */
export function createListenEncoding(options: ListenEncodingOptions): EventEncoding {
  const { acknowledgement, filter, id, serverInfo } = options
  const uris = new Set(filter.resourceSubscriptions)
  const meta = { [subscriptionKey]: id }

  function accepts({ method, params }: Change): boolean {
    switch (method) {
      case 'notifications/tools/list_changed':
        return filter.toolsListChanged
      case 'notifications/prompts/list_changed':
        return filter.promptsListChanged
      case 'notifications/resources/list_changed':
        return filter.resourcesListChanged
      case 'notifications/resources/updated':
        return uris.has(String(params['uri']))
    }
  }

  function encodeChanges(changes: readonly Change[]): Uint8Array | undefined {
    const accepted = changes.filter(accepts)
    if (accepted.length === 0) return undefined
    return encodeEvents(
      ...accepted.map(({ method, params }) => ({
        event: 'message',
        data: encodeCall(method, { ...params, _meta: meta }),
      })),
    )
  }

  return {
    encode: (events) => encodeChanges(events.flatMap(({ type, data }) => changesOf(type, data))),
    encodeOwn({ type }) {
      if (type === systemNotifications.streamOpen) {
        return encodeEvents({ event: 'message', data: acknowledgement })
      }
      if (type === systemNotifications.streamGap) {
        return encodeChanges(changesOf(systemNotifications.catalogueChanged, ''))
      }
      // Any other event ends the stream, because the process shuts down or the session has ended.
      const result = {
        resultType: 'complete',
        _meta: { ...meta, 'io.modelcontextprotocol/serverInfo': serverInfo },
      }
      return encodeEvents({ event: 'message', data: encodeResult(id, result) })
    },
  }
}
