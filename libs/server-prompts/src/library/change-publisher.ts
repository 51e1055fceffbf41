import { createKeyedLock } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import pMap from 'p-map'

import type { PromptStore } from '../store/prompt-store.ts'
import type { ChangeNotifier } from './change-notifier.ts'

/** Notifies clients of the changes to a store. */
export interface ChangePublisher {
  /** Publishes changes to prompts. Never fails: a change that is stored must not fail afterwards. */
  publish(names: readonly string[]): Promise<void>
  /** Publishes a change that the store reported, together with others at about the same time. */
  collect(this: void, name: string): void
  /** Drops collected changes and waits until the others are published. */
  close(): Promise<void>
}

export interface ChangePublisherOptions {
  readonly store: PromptStore
  readonly notifier: ChangeNotifier
  readonly clock: Clock
  /** Returns a promise that settles when the initial state is known, if the store is being opened. */
  readonly whenOpen: () => Promise<void> | undefined
  readonly onError: (error: unknown) => void
}

/** Maximum number of prompts or versions that are read at a time: a long list opens as many files. */
export const maxConcurrentReads = 32

// Git and editors change many files at once, which results in a single notification.
const coalesceMs = 100

const publishKey = 'publish'

/** Creates a publisher. It reads a prompt again for each change. */
export function createChangePublisher(options: ChangePublisherOptions): ChangePublisher {
  const { store, notifier, clock, whenOpen, onError } = options
  const lock = createKeyedLock()
  const collected = new Set<string>()
  let stopTimer: (() => void) | undefined

  /** Compares prompts with their last known state and emits the differences. */
  async function compare(names: readonly string[]): Promise<void> {
    const read = async (name: string) => ({ name, record: await store.find(name) })
    notifier.update(await pMap(names, read, { concurrency: maxConcurrentReads }))
  }

  /** Runs in order: of two reads of a prompt, the later one must be published later. */
  function publish(names: readonly string[]): Promise<void> {
    return lock.run([publishKey], () => compare(names)).catch(onError)
  }

  return {
    publish,
    collect(name) {
      collected.add(name)
      stopTimer ??= clock.after(coalesceMs, () => {
        stopTimer = undefined
        const names = Array.from(collected)
        collected.clear()
        // Not before the initial state is known: every prompt would be published as added.
        void whenOpen()?.then(
          () => publish(names),
          () => {},
        )
      })
    },
    async close() {
      stopTimer?.()
      await publish([])
    },
  }
}
