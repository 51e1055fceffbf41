import type { StreamEntry } from '@mcp/client/rest'

/** An entry of the stream, or a change of the session or the runs that the stream follows. */
export type SharedEntry =
  | StreamEntry
  /** The service does not have a run that was demanded. */
  | { readonly source: 'missing-run'; readonly runId: string }
  /** The stream follows another session. */
  | { readonly source: 'restart' }

/** Whether an entry reports the end of the session. */
export function isSessionEnd(entry: SharedEntry): boolean {
  if (entry.source !== 'session') return false
  const { type } = entry.notification
  return type === 'session-closed' || type === 'session-expired'
}
