import type { ActiveConnection } from '../connection/upstream-connections.ts'

/** Requests the notifications about changed lists. A legacy server sends them without a request. */
export async function listenForChanges({ client, era }: ActiveConnection): Promise<void> {
  if (era !== 'modern') return
  const { tools, prompts, resources } = client.getServerCapabilities() ?? {}
  const filter = {
    ...(tools?.listChanged === true ? { toolsListChanged: true } : {}),
    ...(prompts?.listChanged === true ? { promptsListChanged: true } : {}),
    ...(resources?.listChanged === true ? { resourcesListChanged: true } : {}),
  }
  if (Object.keys(filter).length > 0) await client.listen(filter)
}
