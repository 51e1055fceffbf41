import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import type { ActiveConnection } from '../connection/upstream-connections.ts'
import type { Substitutes } from '../interactive/respond-to-server.ts'
import { respondToServer, toRpcError } from '../interactive/respond-to-server.ts'
import { attributeTo } from './attribution.ts'

type Json = Readonly<Record<string, unknown>>

export interface ServerMessagesOptions {
  readonly live: Pick<LiveCatalogue, 'markAsking'>
  readonly substitutes: Substitutes
  readonly onListChange: (connection: ActiveConnection) => void
  readonly onResourceUpdate: (connection: ActiveConnection, uri: string) => void
}

/** Creates the functions that handle the notifications and requests of an upstream server. */
export function createServerMessages(options: ServerMessagesOptions) {
  const { live, substitutes, onListChange, onResourceUpdate } = options

  return {
    onNotification(connection: ActiveConnection, method: string, params: Json): void {
      if (method.endsWith('/list_changed')) onListChange(connection)
      else if (method === 'notifications/message') attributeTo(connection.calls)?.log(params)
      else if (method === 'notifications/resources/updated' && typeof params['uri'] === 'string') {
        onResourceUpdate(connection, params['uri'])
      }
    },
    async onRequest(connection: ActiveConnection, method: string, params: Json): Promise<Json> {
      if (connection.calls.size > 0 && method !== 'roots/list') live.markAsking()
      try {
        return await respondToServer(method, params, attributeTo(connection.calls), substitutes)
      } catch (thrown) {
        throw toRpcError(thrown)
      }
    },
  }
}
