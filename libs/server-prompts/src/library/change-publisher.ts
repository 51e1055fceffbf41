import { createKeyedLock } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import pMap from 'p-map'

import type { PromptStore } from '../store/prompt-store.ts'
import type { ChangeNotifier } from './change-notifier.ts'

/** Notifies clients of the changes to a store. */
export interface ChangePublisher {
  /**
   * Publishes changes to prompts. Never rejects, because a failed notification must not fail a
   * stored change.
   */
  publish(names: readonly string[]): Promise<void>
  /**
   * Publishes a change that the store reported. Waits 100 ms, and publishes all changes of this time together.
   */
  collect(this: void, name: string): void
  /** Drops collected changes and waits for running publications. */
  close(): Promise<void>
}

export interface ChangePublisherOptions {
  readonly store: PromptStore
  readonly notifier: ChangeNotifier
  readonly clock: Clock
  /**
   * Returns a promise that settles when the notifier has the initial state, or undefined if the store
   * was not opened yet.
   */
  readonly whenOpen: () => Promise<void> | undefined
  readonly onError: (error: unknown) => void
}

/** Maximum number of concurrent reads of prompts or versions. Each read opens a file. */
export const maxConcurrentReads = 32

// Git and editors change many files at once. Changes within this time are published together.
const coalesceMs = 100

const publishKey = 'publish'

/** Creates a publisher. For each change, the publisher reads the prompt from the store again. */
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

  /**
   * Publishes changes, one comparison at a time. If two comparisons overlapped, an older read of a
   * prompt could be published after a newer one.
   */
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
        // Without the initial state, the notifier would publish every prompt as added.
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
