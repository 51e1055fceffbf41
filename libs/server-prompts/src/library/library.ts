import { createKeyedLock } from '@mcp/concurrency'
import type { PromptContent } from '@mcp/contracts/prompts'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import { checkMatch } from '@mcp/server'

import type { PromptStore } from '../store/prompt-store.ts'
import type { ChangeNotifier } from './change-notifier.ts'
import { createChangePublisher } from './change-publisher.ts'
import { findPrompt, latestOf, readVersion } from './find-version.ts'

/** A version to add. */
export interface NewVersion {
  readonly name: string
  readonly message: string
  /** Number that must still be the latest version. Default: no check. */
  readonly ifMatch?: number | undefined
  readonly signal: AbortSignal
  /**
   * Creates the content; throws to reject the change. `readLatest` reads the content of the latest
   * version.
   */
  readonly revise: (readLatest: () => Promise<PromptContent>) => Promise<PromptContent>
}

/** The prompts of a store, changed in order and with notifications. */
export interface Library {
  /**
   * Opens the store on the first call: starts watching it, and adds the starter prompts if it is
   * empty.
   */
  open(): Promise<PromptStore>
  /** Adds a prompt. Returns false if a prompt with that name exists, even a deleted one. */
  addPrompt(name: string, content: PromptContent, message: string): Promise<boolean>
  /** Adds a version and returns its number. */
  addVersion(version: NewVersion): Promise<number>
  /**
   * Notifies clients of a change to a prompt. Never rejects, because a failed notification must not
   * fail a stored change.
   */
  publishChanges(name: string): Promise<void>
  close(): Promise<void>
}

export interface LibraryOptions {
  readonly store: PromptStore
  readonly notifier: ChangeNotifier
  readonly clock: Clock
  /** Maximum number of prompts, including deleted ones. */
  readonly maxPrompts: number
  /** Adds the starter prompts to an empty store. */
  seed: (store: PromptStore) => Promise<void>
  onError: (error: unknown) => void
}

const maxVersion = 999_999

// An attempt fails only if another process took the same version number first.
const maxAttempts = 200

/** Creates a library. The store is not accessed before it is opened. */
export function createLibrary(options: LibraryOptions): Library {
  const { store, notifier, clock, maxPrompts, onError } = options
  const publisher = createChangePublisher({
    store,
    notifier,
    clock,
    onError,
    whenOpen: () => opened,
  })
  // Writes of this process run one after the other, so that only conflicts with other processes need
  // another attempt.
  const lock = createKeyedLock()
  let opened: Promise<void> | undefined
  // Number of prompts being added. It counts towards the maximum, so that concurrent requests cannot
  // exceed it together.
  let adding = 0
  let stopWatching = async () => {}

  async function start(): Promise<void> {
    // The store is watched before it is read, so that no change in between is missed.
    const stop = await store.watch?.(publisher.collect)
    stopWatching = async () => stop?.()
    try {
      if ((await store.list()).length === 0) await trySeed(options)
      notifier.initialize(await store.list())
    } catch (thrown) {
      await stopWatching()
      throw thrown
    }
  }

  function withTimestamp(content: PromptContent, message: string) {
    return { content, message, createdAt: new Date(clock.now()).toISOString() }
  }

  async function addVersion({ name, message, ifMatch, signal, revise }: NewVersion) {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      signal.throwIfAborted()
      const record = await findPrompt(store, name)
      const latest = latestOf(record)
      checkMatch(`The prompt "${name}"`, ifMatch?.toString(), latest.toString())
      const content = await revise(async () => {
        const { value } = await readVersion(store, record, latest)
        return value.content
      })
      const next = latest + 1
      if (next > maxVersion) {
        throw new McpError(
          'payload-too-large',
          `"${name}" has the maximum of ${maxVersion} versions.`,
        )
      }
      if (!(await store.add(name, next, withTimestamp(content, message)))) continue
      await publisher.publish([name])
      return next
    }
    throw new McpError('unavailable', `"${name}" is being changed by other processes. Retry later.`)
  }

  return {
    async open() {
      const opening = (opened ??= start())
      try {
        await opening
      } catch (thrown) {
        if (opened === opening) opened = undefined
        throw thrown
      }
      return store
    },
    async addPrompt(name, content, message) {
      if (notifier.promptCount() + adding >= maxPrompts) {
        throw new McpError(
          'payload-too-large',
          `The maximum of ${maxPrompts} prompts is reached, including deleted ones.`,
        )
      }
      adding++
      try {
        const isAdded = await store.add(name, 1, withTimestamp(content, message))
        if (isAdded) await publisher.publish([name])
        return isAdded
      } finally {
        adding--
      }
    },
    addVersion: (version) => lock.run([version.name], () => addVersion(version), version.signal),
    publishChanges: (name) => publisher.publish([name]),
    async close() {
      await opened?.catch(() => {})
      await stopWatching()
      await publisher.close()
      await store.close?.()
    },
  }
}

/** Adds the starter prompts. Reports a failure, because a read-only store is usable without them. */
async function trySeed({ store, seed, onError }: LibraryOptions): Promise<void> {
  try {
    await seed(store)
  } catch (thrown) {
    if (!McpError.is(thrown)) throw thrown
    onError(thrown)
  }
}
