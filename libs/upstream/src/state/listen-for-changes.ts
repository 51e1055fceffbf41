import type { ActiveConnection } from '../connection/upstream-connections.ts'
import type { KeepListeningOptions } from './keep-listening.ts'
import { keepListening } from './keep-listening.ts'

/** Requests the notifications about changed lists. A legacy server sends them without a request. */
export async function listenForChanges(
  connection: ActiveConnection,
  options: KeepListeningOptions,
): Promise<void> {
  if (connection.era !== 'modern') return
  const { tools, prompts, resources } = connection.client.getServerCapabilities() ?? {}
  const filter = {
    ...(tools?.listChanged === true ? { toolsListChanged: true } : {}),
    ...(prompts?.listChanged === true ? { promptsListChanged: true } : {}),
    ...(resources?.listChanged === true ? { resourcesListChanged: true } : {}),
  }
  if (Object.keys(filter).length > 0) await keepListening(connection, filter, options)
}
