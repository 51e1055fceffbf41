import type { ModelList } from '@mcp/protocol/rest'

/** Whether a language model is available, in addition to what runs without one. */
export function hasModel({ default: id, providers }: ModelList): boolean {
  if (providers.some(({ models }) => models.length > 0)) return true
  // The default provider may be one that is not configurable.
  return id !== undefined && id !== 'offline'
}
