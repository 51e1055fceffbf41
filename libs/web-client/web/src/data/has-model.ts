import type { ModelList } from '@mcp/protocol/rest'

/** Id of the planner that works without a language model. */
const offlineId = 'offline-planner'

/** Whether a language model is available, besides the offline planner. */
export function hasModel({ default: id, providers }: ModelList): boolean {
  if (providers.some(({ models }) => models.length > 0)) return true
  // The default provider may be a provider that is not configurable.
  return id !== undefined && id !== offlineId
}

/**
 * Returns the title of the default provider. A provider that is not configurable is not in the list, so its
 * id is the title.
 */
export function modelTitle({ default: id, providers }: ModelList): string {
  if (id === offlineId) return 'Offline planner'
  return providers.find((provider) => provider.id === id)?.title ?? id ?? 'No model'
}
