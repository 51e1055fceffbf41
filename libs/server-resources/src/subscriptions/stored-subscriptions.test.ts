import { expect, it, vi } from 'vitest'

import { memoryResources } from '../providers/memory/memory-resources.ts'
import { createSharedWatches } from './shared-watches.ts'
import { createSubscriptionIndex } from './subscription-index.ts'
import { createSubscriptions } from './subscriptions.ts'

it('does not store a subscription whose session closes before its watch starts', async () => {
  const opened = Promise.withResolvers<() => void>()
  const provider = { ...memoryResources(), watch: () => opened.promise }
  const onError = vi.fn<(thrown: unknown) => void>()
  const store = { add: vi.fn<() => void>(), remove: vi.fn<() => void>() }
  const watches = createSharedWatches({ onChange() {}, onError, onStart() {} })
  const subscriptions = createSubscriptions({
    index: createSubscriptionIndex(),
    watches,
    store,
    onError,
  })
  const context = { sessionId: 'ses-1', signal: new AbortController().signal }
  const added = subscriptions.add({ type: 'uri', value: 'memory:///a' }, [provider], context)
  const closed = subscriptions.sessionClosed('ses-1')
  opened.resolve(() => {})
  await Promise.all([added, closed])
  expect(store.add).not.toHaveBeenCalled()
  expect(onError).not.toHaveBeenCalled()
})
