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
  /** Publishes a change that the store reported, together with all changes of the next 100 ms. */
  collect(this: void, name: string): void
  /** Drops collected changes and waits until changes that are being published have been published. */
  close(): Promise<void>
}

export interface ChangePublisherOptions {
  readonly store: PromptStore
  readonly notifier: ChangeNotifier
  readonly clock: Clock
  /**
   * Returns a promise that settles when the initial state is known; undefined if the store is not
   * opened yet.
   */
  readonly whenOpen: () => Promise<void> | undefined
  readonly onError: (error: unknown) => void
}

/** Maximum number of prompts or versions that are read concurrently, because each read opens a file. */
export const maxConcurrentReads = 32

// Git and editors change many files at once. Changes within this time result in a single
// notification.
const coalesceMs = 100

const publishKey = 'publish'

/** Creates a publisher, which reads a prompt from the store again for each change. */
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
   * Runs one comparison at a time, so that the later of two reads of a prompt is also published
   * later.
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
        // Waits for the initial state, without which every prompt would be published as added.
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
