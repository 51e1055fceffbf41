import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { PromptContent } from '@mcp/contracts/prompts'
import { createKeyedLock } from '@mcp/concurrency'
import { checkMatch } from '@mcp/server'

import type { Announcer } from './announcer.ts'
import { findPrompt, latestOf, readVersion } from './find-version.ts'
import { mapInBatches } from '../map-in-batches.ts'
import type { PromptStore } from '../store/prompt-store.ts'

/** What a further version is made of. */
export interface Change {
  readonly name: string
  readonly message: string
  /** The newest version, where the caller knows it. */
  readonly ifMatch?: number | undefined
  readonly signal: AbortSignal
  /** The new content, given that of the newest version; may refuse. */
  readonly revise: (newest: () => Promise<PromptContent>) => Promise<PromptContent>
}

/** The prompts of a store, kept in order while several callers change them. */
export interface Library {
  /** The store, ready for use: watched, and with the starter set where it was empty. */
  open(): Promise<PromptStore>
  /** Adds a prompt. False where one of that name is there, deleted or not. */
  addPrompt(name: string, content: PromptContent, message: string): Promise<boolean>
  /** Adds a version, and gives its number. */
  addVersion(change: Change): Promise<number>
  /** Tells clients what is different about a prompt, after it was changed. */
  announce(name: string): Promise<void>
  close(): Promise<void>
}

export interface LibraryOptions {
  readonly store: PromptStore
  readonly announcer: Announcer
  readonly clock: Clock
  /** The most prompts there may be, deleted ones among them. */
  readonly maxPrompts: number
  /** Fills an empty store. */
  seed: (store: PromptStore) => Promise<void>
  onError: (error: unknown) => void
}

const mostVersion = 999_999

// Each try is lost to a writer in another process, which took the number that we meant.
const mostTries = 200

// Git and editors change many files at once; one notification then tells of all.
const coalesceMs = 100

/** Creates a library. Nothing is read or watched before it is opened. */
export function createLibrary(options: LibraryOptions): Library {
  const { store, announcer, clock, maxPrompts, seed, onError } = options
  const changedByOthers = new Set<string>()
  // Within this process writers queue, so that only those of other processes need a second try.
  const lock = createKeyedLock()
  let opened: Promise<void> | undefined
  // Counted as well, so that many at once do not pass the limit together.
  let adding = 0
  let stopWatching = async () => {}
  let stopTimer: (() => void) | undefined

  async function start(): Promise<void> {
    // Watched first, so that nothing changes unseen between reading and watching.
    const stop = await store.watch?.(noteChange)
    stopWatching = async () => stop?.()
    try {
      if ((await store.list()).length === 0) await trySeed()
      announcer.begin(await store.list())
    } catch (thrown) {
      await stopWatching()
      throw thrown
    }
  }

  /** A store that cannot be written to is of use without a starter set as well. */
  async function trySeed(): Promise<void> {
    try {
      await seed(store)
    } catch (thrown) {
      if (!McpError.is(thrown)) throw thrown
      onError(thrown)
    }
  }

  function noteChange(name: string): void {
    changedByOthers.add(name)
    stopTimer ??= clock.after(coalesceMs, () => {
      stopTimer = undefined
      const names = Array.from(changedByOthers)
      changedByOthers.clear()
      // Not before it is known what was there: all of it would be told as new.
      void opened?.then(
        () => announce(names),
        () => {},
      )
    })
  }

  /** Tells what is different about prompts that may have changed. */
  async function compare(names: readonly string[]): Promise<void> {
    const record = async (name: string) => ({ name, record: await store.find(name) })
    announcer.update(await mapInBatches(names, record))
  }

  /** One after another: of two looks at a prompt, the later one must be told later. Never fails. */
  function announce(names: readonly string[]): Promise<void> {
    // No prompt is called so. What was written is written, even where nobody can be told of it.
    return lock.run([''], () => compare(names)).catch(onError)
  }

  function stamp(content: PromptContent, message: string) {
    return { content, message, createdAt: new Date(clock.now()).toISOString() }
  }

  async function addVersion({ name, message, ifMatch, signal, revise }: Change): Promise<number> {
    for (let tries = 0; tries < mostTries; tries++) {
      signal.throwIfAborted()
      const record = await findPrompt(store, name)
      const latest = latestOf(record)
      checkMatch(`The prompt "${name}"`, ifMatch?.toString(), latest.toString())
      const content = await revise(async () => {
        const { value } = await readVersion(store, record, latest)
        return value.content
      })
      const next = latest + 1
      if (next > mostVersion) {
        const message = `"${name}" has ${mostVersion} versions, which is the most.`
        throw new McpError('payload-too-large', message)
      }
      if (!(await store.add(name, next, stamp(content, message)))) continue
      await announce([name])
      return next
    }
    throw new McpError('unavailable', `"${name}" is changed by many at once; try again.`)
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
      if (announcer.count() + adding >= maxPrompts) {
        throw new McpError(
          'payload-too-large',
          `There are ${maxPrompts} prompts, which is the most.`,
        )
      }
      adding++
      try {
        const isAdded = await store.add(name, 1, stamp(content, message))
        if (isAdded) await announce([name])
        return isAdded
      } finally {
        adding--
      }
    },
    addVersion: (change) => lock.run([change.name], () => addVersion(change), change.signal),
    announce: (name) => announce([name]),
    async close() {
      await opened?.catch(() => {})
      await stopWatching()
      stopTimer?.()
      await announce([])
      await store.close?.()
    },
  }
}
