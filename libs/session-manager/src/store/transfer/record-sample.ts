import { isLive } from '../session-store.ts'
import type { Stores } from '../stores.ts'
import type { StoreRecord } from './store-transfer.ts'

/** A random sample of records, of bounded size. */
export interface RecordSample {
  add(record: StoreRecord): void
  records(): readonly StoreRecord[]
}

const maxOfKind = 40
/** Longer records are not kept. */
const maxCharacters = 65_536

/** Creates a sample that contains some records of each kind. */
export function createRecordSample(random: () => number = Math.random): RecordSample {
  const kinds = new Map<string, { seen: number; readonly sampled: StoreRecord[] }>()

  return {
    add(record) {
      if (!isComparable(record)) return
      const kind = kinds.get(record.type) ?? { seen: 0, sampled: [] }
      kinds.set(record.type, kind)
      const index = kind.seen < maxOfKind ? kind.seen : Math.floor(random() * (kind.seen + 1))
      kind.seen++
      if (index < maxOfKind) kind.sampled[index] = record
    },
    records: () => [...kinds.values()].flatMap(({ sampled }) => sampled),
  }
}

function isComparable(record: StoreRecord): boolean {
  if (record.type === 'positions') return false
  // A broadcast can be read only through a session. Broadcasts are compared by their number.
  if (record.type === 'event' && record.sessionId === undefined) return false
  return charactersOf(record) <= maxCharacters
}

/** Returns the approximate length of a record as JSON. */
export function charactersOf(record: StoreRecord): number {
  const overhead = 300
  switch (record.type) {
    case 'session':
      return overhead + record.session.metadata.length
    case 'response':
      return overhead + (record.response?.body.length ?? 0)
    case 'event':
      return overhead + record.event.data.length
    case 'interaction':
      return overhead + JSON.stringify(record.content).length
    default:
      return overhead
  }
}

type ReadableStores = Pick<Stores, 'sessions' | 'responses' | 'events' | 'interactions'>

/** Returns whether these stores return a record as it was in the source. */
export async function hasRecord(stores: ReadableStores, record: StoreRecord): Promise<boolean> {
  switch (record.type) {
    case 'session': {
      const found = await stores.sessions.read(record.session.id)
      return isLive(found) && isEqual(found, record.session)
    }
    case 'ended-session':
      return isEqual(await stores.sessions.read(record.sessionId), record.ended)
    case 'response': {
      const { sessionId, requestId, fingerprint, at, state, response } = record
      const session = await stores.sessions.read(sessionId)
      // Claims with the time of the record, at which its response is not outdated. With a later time, the claim
      // could reserve the id.
      const request = { requestId, fingerprint, at, rerunLost: false, owner: session?.owner }
      const found = await stores.responses.claim(sessionId, request)
      if (found.type !== state) return false
      return found.type !== 'settled' || isEqual(found.response, response)
    }
    case 'event': {
      if (record.sessionId === undefined) return true
      const { sessionId, position, event } = record
      const page = await stores.events.read(sessionId, String(position - 1), 1)
      const [{ id, data } = {}] = page?.events ?? []
      return id === event.id && data === event.data
    }
    case 'interaction': {
      const { sessionId, interactionId, content } = record
      return isEqual(await stores.interactions.read(sessionId, interactionId), content)
    }
    case 'positions':
      return true
  }
}

function isEqual(left: object | undefined, right: object | undefined): boolean {
  return toSortedJson(left) === toSortedJson(right)
}

function toSortedJson(value: object | undefined): string {
  const entries = Object.entries(value ?? {}).filter(([, each]) => each !== undefined)
  return JSON.stringify(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)))
}
