import { isRecord } from '../is-record.ts'
import type { RunEvent } from './agent-event.ts'

/** Whether a value, such as the data of an event from the stream of a run, is a run event. */
export function isRunEvent(value: unknown): value is RunEvent {
  if (!isRecord(value) || !isRecord(value['event'])) return false
  const { seq, at, event } = value
  return Number.isInteger(seq) && typeof at === 'number' && typeof event['type'] === 'string'
}
