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
  /** Expected number of the latest version. If it differs, the change fails. Default: no check. */
  readonly ifMatch?: number | undefined
  readonly signal: AbortSignal
  /**
   * Returns the content of the new version, or throws to reject the change. `readLatest` reads the content of
   * the latest version. This function is called again if another process takes the version number first.
   */
  readonly revise: (readLatest: () => Promise<PromptContent>) => Promise<PromptContent>
}

/** Opens a store, adds prompts and versions to it, and notifies clients of changes. */
export interface Library {
  /**
   * Returns the opened store. The first call starts watching the store, and adds the starter prompts if
   * the store is empty.
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
  /** Adds the starter prompts. Called if the store is empty. */
  seed: (store: PromptStore) => Promise<void>
  onError: (error: unknown) => void
}

const maxVersion = 999_999

// Maximum number of attempts to add one version. An attempt fails only if another process adds a version with
// the same number first.
const maxAttempts = 200

/** Creates a library. It does not access the store before the first call of `open`. */
export function createLibrary(options: LibraryOptions): Library {
  const { store, notifier, clock, maxPrompts, onError } = options
  const publisher = createChangePublisher({
    store,
    notifier,
    clock,
    onError,
    whenOpen: () => opened,
  })
  // This process adds one version of a prompt at a time, so that only a conflict with another process needs
  // another attempt.
  const lock = createKeyedLock()
  let opened: Promise<void> | undefined
  // Number of prompts being added. They count towards the maximum, so that concurrent requests cannot
  // exceed the maximum together.
  let adding = 0
  let stopWatching = async () => {}

  async function start(): Promise<void> {
    // Watching starts before the store is read. Otherwise a change between the two would be missed.
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

/**
 * Adds the starter prompts. Reports an McpError instead of throwing it, because a read-only store works
 * without starter prompts.
 */
async function trySeed({ store, seed, onError }: LibraryOptions): Promise<void> {
  try {
    await seed(store)
  } catch (thrown) {
    if (!McpError.is(thrown)) throw thrown
    onError(thrown)
  }
}
