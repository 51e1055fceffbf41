import { expect, it } from 'vitest'

import { createIndexedSession } from '../session-index.ts'
import { defaultStoreLimits } from '../store-limits.ts'
import { createInteractionRegistry } from './interaction-registry.ts'
import type { SessionRecord } from './session-records.ts'
import { createPrunableRecords } from './session-records.ts'

const pruneEveryMs = 60_000
const slice = { isOver: () => false }

function createRecord(id: string): SessionRecord {
  const session = {
    clientId: 'client',
    owner: undefined,
    metadata: '{}',
    createdAt: 0,
    ttlMs: 1000,
  }
  return {
    ...createIndexedSession({ ...session, id }, 1),
    createdAfter: 0,
    responses: undefined,
    events: undefined,
    interactions: createInteractionRegistry(defaultStoreLimits),
    prunableSince: undefined,
  }
}

it('prunes a record in time that was added twice before the first sweep', () => {
  const records = createPrunableRecords()
  const [first, second] = [createRecord('first'), createRecord('second')]
  records.add(first)
  records.add(second, pruneEveryMs)
  records.add(first)
  records.prune(2 * pruneEveryMs, slice)
  expect(first.interactions).toBeUndefined()
  expect(second.interactions).toBeDefined()
})
