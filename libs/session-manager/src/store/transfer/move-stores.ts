import { backoffMs, delay } from '@mcp/concurrency'
import { McpError, systemClock } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'

import { isStoreFailure } from '../store-failure.ts'
import type { Stores } from '../stores.ts'
import { charactersOf, createRecordSample, hasRecord } from './record-sample.ts'
import type { RecordSample } from './record-sample.ts'
import type { RecordCounts, StoreExport, StoreImport, StoreRecord } from './store-transfer.ts'

/** Stores that can import the records of other stores. */
export type ImportingStores = Stores & { readonly import: StoreImport }

export interface MoveStoresOptions {
  readonly source: StoreExport
  /** The stores to copy to. No session manager may use them. */
  readonly target: ImportingStores
  /**
   * Whether to delete the records of the target first. Default: false; a target with other records is refused.
   */
  readonly replace?: boolean | undefined
  /** Whether to change nothing. Default: false. */
  readonly dryRun?: boolean | undefined
  readonly signal: AbortSignal
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** The result of {@link moveStores}. */
export interface MovedStores {
  /** Number of records of the source. */
  readonly counts: RecordCounts
  /** `already-moved` if an earlier call moved the same records, `not-moved` for a dry run. */
  readonly result: 'moved' | 'already-moved' | 'not-moved'
  /** Number of records that were read from the target and compared. */
  readonly compared: number
}

/**
 * Copies all records of a store to another store, and compares the two. No session manager may use the source,
 * which stays unchanged. If the copy was interrupted, the same call continues it.
 *
 * @throws McpError `conflict` if the target is in use or has other sessions, `internal` if the two differ.
 */
export async function moveStores(options: MoveStoresOptions): Promise<MovedStores> {
  const { source, target, dryRun = false } = options
  const port = target.import
  const unlock = await port.lock()
  try {
    const { earlier } = await admit(port, options)
    if (earlier === 'complete') {
      const counts = await copy(options, undefined)
      return { counts, result: 'already-moved', compared: 0 }
    }
    if (dryRun) return { counts: await copy(options, undefined), result: 'not-moved', compared: 0 }
    if (earlier === 'other') await port.clear()
    await port.mark({ exportId: source.id, isComplete: false })
    const sample = createRecordSample()
    const counts = await copy(options, { port, sample })
    await assertCounts(port, counts)
    const compared = await assertSample(target, sample)
    await port.mark({ exportId: source.id, isComplete: true })
    return { counts, result: 'moved', compared }
  } finally {
    await unlock()
  }
}

/**
 * Returns what the target contains: nothing (`none`), an import of this source that was interrupted (`same`) or
 * is `complete`, or records that must be deleted first (`other`).
 *
 * @throws McpError `conflict` if it has other records, unless `replace` is set.
 */
async function admit(
  port: StoreImport,
  { source, replace = false }: MoveStoresOptions,
): Promise<{ readonly earlier: 'none' | 'same' | 'complete' | 'other' }> {
  const { sessions, isEmpty, earlier } = await port.state()
  if (isEmpty && earlier === undefined) return { earlier: 'none' }
  if (replace) return { earlier: 'other' }
  if (earlier?.exportId === source.id) return { earlier: earlier.isComplete ? 'complete' : 'same' }
  const content =
    earlier === undefined
      ? `${sessions} sessions, or records of ended sessions`
      : 'records of another store, or of an earlier state of this source'
  throw new McpError(
    'conflict',
    `The target already has ${content}. Use an empty target, or delete its records with "replace".`,
    { details: { reason: 'not-empty' } },
  )
}

const maxBatchCharacters = 1024 * 1024
const maxBatchRecords = 1000

interface Destination {
  readonly port: StoreImport
  readonly sample: RecordSample
}

/** Copies the records, if there is a destination. Returns their number. */
async function copy(
  { source, signal, clock = systemClock }: MoveStoresOptions,
  destination: Destination | undefined,
): Promise<RecordCounts> {
  const counts = { sessions: 0, endedSessions: 0, responses: 0, events: 0, interactions: 0 }
  for (const batch of inBatches(source.records())) {
    signal.throwIfAborted()
    for (const record of batch) {
      const name = counterOf[record.type]
      if (name !== undefined) counts[name]++
      destination?.sample.add(record)
    }
    // Counting never waits for a store. This delay lets other work run.
    if (destination === undefined) await delay(0, clock, signal)
    else await writeWithRetries(destination.port, batch, { signal, clock })
  }
  return counts
}

const counterOf = {
  positions: undefined,
  session: 'sessions',
  'ended-session': 'endedSessions',
  response: 'responses',
  event: 'events',
  interaction: 'interactions',
} as const

function* inBatches(records: Iterable<StoreRecord>): Generator<readonly StoreRecord[]> {
  let batch: StoreRecord[] = []
  let characters = 0
  for (const record of records) {
    batch.push(record)
    characters += charactersOf(record)
    if (characters < maxBatchCharacters && batch.length < maxBatchRecords) continue
    yield batch
    batch = []
    characters = 0
  }
  if (batch.length > 0) yield batch
}

const maxAttempts = 6

/** A store ignores records that it already has, so a batch whose response was lost can be written again. */
async function writeWithRetries(
  port: StoreImport,
  batch: readonly StoreRecord[],
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<void> {
  for (let failures = 0; ; failures++) {
    try {
      return await port.write(batch)
    } catch (error) {
      if (!isStoreFailure(error) || failures + 1 === maxAttempts) throw error
      await delay(backoffMs(failures, { baseMs: 200, maxMs: 2000 }), clock, signal)
    }
  }
}

async function assertCounts(port: StoreImport, counts: RecordCounts): Promise<void> {
  const found = await port.count()
  const differing = Object.entries(counts).filter(
    ([name, count]) => new Map(Object.entries(found)).get(name) !== count,
  )
  if (differing.length === 0) return
  throw new McpError(
    'internal',
    `The target differs from the source: it has ${JSON.stringify(found)}, the source ${JSON.stringify(counts)}. Move again with "replace".`,
    { details: { found, counts } },
  )
}

async function assertSample(target: ImportingStores, sample: RecordSample): Promise<number> {
  const records = sample.records()
  for (const record of records) {
    if (await hasRecord(target, record)) continue
    throw new McpError(
      'internal',
      `The target differs from the source in a record of the type "${record.type}". Move again with "replace".`,
    )
  }
  return records.length
}
